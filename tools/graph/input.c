/* SPDX-License-Identifier: MIT */
/*
 * Lines of graph files.  Called for each of them; whatever they say, what comes out can be
 * given to the other files of the room, which trust their callers.
 *
 * Most lines say what earlier ones of other processes have said, in the same words: those are
 * known by their text, and no JSON is read.
 */
#include "graph/input.h"

#include "graph/scan.h"
#include "report/place_words.h"
#include "report/record.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define RECORD "{\"record\":\""

/* Beyond that a number is no number of a class or place, but a mistake. */
enum { LOCAL_MOST = 1 << 24 };

void graph_input_begin(struct graph_input *input, struct graph *graph, const char *file)
{
    *input = (struct graph_input){.graph = graph, .file = file};
}

bool graph_input_is_line(const char *line, size_t count)
{
    size_t length = strlen(RECORD);

    return count >= length && memcmp(line, RECORD, length) == 0;
}

/* ---- numbers ---- */

static uint32_t global(const struct numbers *list, uint32_t local)
{
    return local < list->count ? list->items[local] : GRAPH_NONE;
}

static void set_global(struct members *members, struct numbers *list, uint32_t local,
                       uint32_t number)
{
    if (local > LOCAL_MOST) {
        member_expect(members, "numbers of up to %d", LOCAL_MOST);
        return;
    }
    while (list->count <= local)
        VECTOR_ADD(list, GRAPH_NONE);
    list->items[local] = number;
}

static struct graph_scope *scope_of(struct graph_input *input, uint64_t id)
{
    if (id == 0)
        return &input->merged;
    if (input->latest < input->count && input->items[input->latest].id == id)
        return &input->items[input->latest];
    for (input->latest = 0; input->latest < input->count; input->latest++)
        if (input->items[input->latest].id == id)
            return &input->items[input->latest];
    return NULL;
}

/* The scope of a line; NULL: it was not introduced. */
static struct graph_scope *introduced(struct graph_input *input, struct members *members,
                                      uint64_t id)
{
    struct graph_scope *scope = scope_of(input, id);

    if (!scope)
        member_expect(members, "a process that a line before is about, not %016llx",
                      (unsigned long long)id);
    else if (id == 0 && !input->is_merged)
        member_expect(members, "a line with member \"process\", or a merged graph's first line");
    return *members->expected ? NULL : scope;
}

/* ---- heads ---- */

static void check_version(struct members *members, const json_t *json)
{
    unsigned version = member_number(members, json, "version", INT_MAX, true);

    if (!*members->expected && version != GRAPH_VERSION)
        member_expect(members, "a graph of version %u, but its version is %u", GRAPH_VERSION,
                      version);
}

static void read_head(struct graph_input *input, struct members *members, const json_t *json)
{
    check_version(members, json);
    input->said =
        (struct graph_tally){.processes = member_number(members, json, "processes", INT_MAX, true),
                             .classes = member_number(members, json, "classes", INT_MAX, true),
                             .places = member_number(members, json, "places", INT_MAX, true),
                             .edges = member_number(members, json, "edges", INT_MAX, true)};
    if (input->is_merged || input->count > 0)
        member_expect(members, "a merged graph to be alone in its file");
    input->is_merged = true;
}

static uint64_t id_of(struct members *members, const json_t *json, const char *key, bool needed)
{
    const char *digits = member_string(members, json, key, needed);
    uint64_t id = 0;

    if (*digits && !edge_line_id(digits, strlen(digits), &id))
        member_expect(members, "member \"%s\" to be 16 hexadecimal digits", key);
    return id;
}

/* What people are told of a process. */
static json_t *process_words(const struct graph_input *input, struct members *members,
                             const json_t *json)
{
    static const char *const STRINGS[] = {"name", "executable", "command", "file"};
    json_t *kept = json_object();

    if (!kept)
        no_memory();
    json_object_set_new(kept, "pid",
                        json_integer(member_number(members, json, "pid", INT_MAX, true)));
    json_object_set_new(kept, "time",
                        json_integer(member_number(members, json, "time", INT_MAX, false)));
    if (input->file)
        json_object_set_new(kept, "file", json_string(input->file));
    for (size_t i = 0; i < sizeof STRINGS / sizeof *STRINGS; i++)
        if (*member_string(members, json, STRINGS[i], false))
            json_object_set(kept, STRINGS[i], json_object_get(json, STRINGS[i]));
    record_clean(kept);
    return kept;
}

/* The same process may have been read before, from another file. */
static uint32_t take_process(struct graph_input *input, struct members *members, const json_t *json,
                             uint64_t id)
{
    json_t *words = process_words(input, members, json);
    uint32_t number = GRAPH_NONE;

    if (!*members->expected)
        number = graph_process(input->graph, id);
    if (number != GRAPH_NONE && !input->graph->processes.items[number].json)
        input->graph->processes.items[number].json = json_incref(words);
    json_decref(words);
    return number;
}

static void read_merged_process(struct graph_input *input, struct members *members,
                                const json_t *json)
{
    uint32_t number = take_process(input, members, json, id_of(members, json, "id", true));

    if (!introduced(input, members, 0))
        return;
    input->graph->processes.items[number].kept = true;
    set_global(members, &input->processes, member_number(members, json, "number", INT_MAX, true),
               number);
    input->came.processes++;
}

static void read_process(struct graph_input *input, struct members *members, const json_t *json)
{
    uint64_t id = id_of(members, json, "process", true);
    uint64_t parent = id_of(members, json, "parent", false);
    uint32_t inherited = member_number(members, json, "inherited", INT_MAX, parent != 0);

    check_version(members, json);
    if (input->is_merged)
        member_expect(members, "a merged graph to be alone in its file");
    if (!*members->expected && scope_of(input, id))
        member_expect(members, "each process once, but %016llx is there twice",
                      (unsigned long long)id);
    uint32_t number = take_process(input, members, json, id);
    if (*members->expected)
        return;
    input->graph->processes.items[number].parent = parent;
    input->graph->processes.items[number].inherited = inherited;
    input->graph->processes.items[number].edges.count = 0; /* it is the same file again */
    VECTOR_ADD(input, ((struct graph_scope){.id = id, .process = number}));
}

/* ---- classes and places ---- */

static void check_place(struct members *members, const json_t *place)
{
    struct pool pool = {NULL};

    place_words(&pool, members, place);
    frame_words(&pool, members, place);
    pool_clear(&pool);
}

static uint32_t new_class(struct graph_input *input, struct members *members, json_t *json)
{
    static const char *const PLACES[] = {"created", "shown"};
    static const char *const STRINGS[] = {"object",   "offset",          "build_id",
                                          "variable", "variable_offset", "text"};

    record_clean(json);
    member_string(members, json, "kind", true);
    member_string(members, json, "origin", true);
    member_string(members, json, "name", false);
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        json_t *place = member_object(members, json, PLACES[i], false);

        for (size_t j = 0; place && j < sizeof STRINGS / sizeof *STRINGS; j++)
            member_string(members, place, STRINGS[j], false);
        if (place)
            check_place(members, place);
    }
    return *members->expected ? GRAPH_NONE : graph_class(input->graph, json);
}

static uint32_t new_place(struct graph_input *input, struct members *members, json_t *json)
{
    json_t *place = member_object(members, json, "place", true);

    record_clean(json);
    if (place)
        check_place(members, place);
    return *members->expected ? GRAPH_NONE : graph_place(input->graph, place);
}

static json_t *parse(struct members *members, const char *line, size_t count)
{
    json_error_t error;
    json_t *json = json_loadb(line, count, JSON_REJECT_DUPLICATES, &error);

    if (!json && json_error_code(&error) == json_error_premature_end_of_input)
        member_expect(members,
                      "a line of a graph as one JSON object, but it ends before the object does");
    else if (!json)
        member_expect(members, "a line of a graph as one JSON object, but column %d is no JSON",
                      error.column);
    return json;
}

/* What a line says behind the numbers, which differ from process to process. */
struct said {
    uint64_t id;
    uint32_t number;
    const char *text;
    size_t count;
};

static bool scan_said(struct said *said, const char *line, size_t count, const char *record,
                      const char *key)
{
    struct scan scan = {line, line + count};
    const char *digits;
    size_t length;

    said->id = 0;
    if (!scan_text(&scan, RECORD) || !scan_text(&scan, record) || !scan_text(&scan, "\","))
        return false;
    if (scan_text(&scan, "\"process\":") &&
        (!scan_string(&scan, &digits, &length) || !edge_line_id(digits, length, &said->id) ||
         !scan_text(&scan, ",")))
        return false;
    if (!scan_text(&scan, "\"") || !scan_text(&scan, key) || !scan_text(&scan, "\":") ||
        !scan_number(&scan, &said->number) || !scan_text(&scan, ","))
        return false;
    said->text = scan.at;
    said->count = (size_t)(scan.end - scan.at);
    return true;
}

/* The texts of one kind of line, and what they stand for. */
struct texts {
    struct interned *texts;
    struct numbers *meant; /* GRAPH_NONE: nothing that can be read */
    uint32_t (*read)(struct graph_input *input, struct members *members, json_t *json);
};

/* What a line stands for, by its text where it is known; else it is read. */
static uint32_t meant_by(struct graph_input *input, struct members *members,
                         const struct texts *texts, const struct said *said, const char *line,
                         size_t count)
{
    bool is_new;
    uint32_t text = interned_keep(texts->texts, said->text, said->count, &is_new);
    json_t *json;

    if (is_new)
        VECTOR_ADD(texts->meant, GRAPH_NONE);
    if (texts->meant->items[text] != GRAPH_NONE)
        return texts->meant->items[text];
    json = parse(members, line, count);
    if (json)
        texts->meant->items[text] = texts->read(input, members, json);
    json_decref(json);
    return texts->meant->items[text];
}

static void take_place(struct graph_input *input, struct members *members, const struct said *said,
                       const char *line, size_t count)
{
    const struct texts texts = {&input->graph->place_texts, &input->graph->place_of_text,
                                new_place};
    struct graph_scope *scope = introduced(input, members, said->id);
    uint32_t number = meant_by(input, members, &texts, said, line, count);

    if (scope && !*members->expected)
        set_global(members, &scope->places, said->number, number);
    input->came.places++;
}

static void take_class(struct graph_input *input, struct members *members, const struct said *said,
                       const char *line, size_t count)
{
    const struct texts texts = {&input->graph->class_texts, &input->graph->class_of_text,
                                new_class};
    struct graph_scope *scope = introduced(input, members, said->id);
    uint32_t number = meant_by(input, members, &texts, said, line, count);

    if (scope && !*members->expected)
        set_global(members, &scope->classes, said->number, number);
    input->came.classes++;
}

/* ---- edges ---- */

static uint32_t class_in(const struct graph_scope *scope, struct members *members, uint32_t local)
{
    uint32_t number = global(&scope->classes, local);

    if (number == GRAPH_NONE)
        member_expect(members, "classes that lines before are about, but class %u is none", local);
    return number;
}

static int compare(const void *one, const void *other)
{
    uint32_t left = *(const uint32_t *)one, right = *(const uint32_t *)other;

    return (left > right) - (left < right);
}

/* Sorted, of two modes of one class the stronger. */
static uint32_t held_of(struct graph_input *input, const struct graph_scope *scope,
                        struct members *members)
{
    struct edge_line *edge = &input->edge;
    size_t kept = 0;

    for (size_t i = 0; i < edge->held.count; i++)
        edge->held.items[i] = class_in(scope, members, edge->held.items[i]) << 1;
    for (size_t i = 0; i < edge->held_read.count; i++)
        VECTOR_ADD(&edge->held, class_in(scope, members, edge->held_read.items[i]) << 1 | 1);
    if (*members->expected)
        return 0;
    if (edge->held.count > 1)
        qsort(edge->held.items, edge->held.count, sizeof *edge->held.items, compare);
    for (size_t i = 0; i < edge->held.count; i++)
        if (kept == 0 || edge->held.items[kept - 1] >> 1 != edge->held.items[i] >> 1)
            edge->held.items[kept++] = edge->held.items[i];
    return interned_keep(&input->graph->held, edge->held.items ? edge->held.items : &(uint32_t){0},
                         kept * sizeof *edge->held.items, NULL);
}

static uint32_t stack_of(struct graph_input *input, const struct graph_scope *scope)
{
    struct numbers *stack = &input->edge.stack;
    size_t kept = 0;

    for (size_t i = 0; i < stack->count; i++) {
        uint32_t place = global(&scope->places, stack->items[i]);

        if (place != GRAPH_NONE)
            stack->items[kept++] = place;
    }
    return interned_keep(&input->graph->stacks, stack->items ? stack->items : &(uint32_t){0},
                         kept * sizeof *stack->items, NULL);
}

/* Spans of the file's processes, which the graph may have in another order. */
static void credit(struct graph_input *input, struct members *members, uint32_t number)
{
    const struct numbers *spans = &input->edge.processes, *map = &input->processes;

    for (size_t i = 0; i + 1 < spans->count; i += 2) {
        uint32_t first = spans->items[i], last = spans->items[i + 1];

        if (first > last || last >= map->count) {
            member_expect(members, "\"processes\" to be spans of numbers of processes");
            return;
        }
        while (first <= last) {
            uint32_t from = map->items[first], count = 0;

            while (first + count <= last && map->items[first + count] == from + count)
                count++;
            if (from == GRAPH_NONE || count == 0) {
                member_expect(members, "processes that lines before are about, but %u is none",
                              first);
                return;
            }
            spans_add(&input->graph->edges.items[number].processes, from, from + count - 1);
            first += count;
        }
    }
}

static void take_edge(struct graph_input *input, struct members *members)
{
    const struct edge_line *line = &input->edge;
    const struct graph_scope *scope = introduced(input, members, line->id);
    struct graph_edge edge = {.flags = line->flags, .tid = line->tid};

    if (!scope)
        return;
    edge.process = line->id == 0 ? global(&input->processes, line->process) : scope->process;
    if (edge.process == GRAPH_NONE)
        member_expect(members, "member \"process\" to be the number of one that came before");
    edge.from = class_in(scope, members, line->from);
    edge.to = class_in(scope, members, line->to);
    edge.held = held_of(input, scope, members);
    if (*members->expected)
        return;
    edge.at = global(&scope->places, line->at);
    edge.stack = stack_of(input, scope);
    edge.thread = interned_keep(&input->graph->names, line->thread, line->thread_bytes, NULL);
    uint32_t number = graph_edge(input->graph, &edge);
    if (line->id == 0)
        credit(input, members, number);
    else
        VECTOR_ADD(&input->graph->processes.items[edge.process].edges, number);
    input->came.edges++;
}

/* ---- any line ---- */

static void said_in(struct said *said, struct members *members, const json_t *json, const char *key)
{
    said->id = json_object_get(json, "process") ? id_of(members, json, "process", true) : 0;
    said->number = member_number(members, json, key, INT_MAX, true);
}

/* A line in a form of its own. */
static void take_json(struct graph_input *input, struct members *members, const json_t *json,
                      const char *line, size_t count)
{
    const char *record = member_string(members, json, "record", true);
    struct said said = {.text = line, .count = count};

    if (!strcmp(record, "edge")) {
        edge_line_read(&input->edge, members, json);
        if (!*members->expected)
            take_edge(input, members);
    } else if (!strcmp(record, "class")) {
        said_in(&said, members, json, "class");
        if (!*members->expected)
            take_class(input, members, &said, line, count);
    } else if (!strcmp(record, "place")) {
        said_in(&said, members, json, "number");
        if (!*members->expected)
            take_place(input, members, &said, line, count);
    } else if (!strcmp(record, "process")) {
        if (json_object_get(json, "id"))
            read_merged_process(input, members, json);
        else
            read_process(input, members, json);
    } else if (!strcmp(record, "graph")) {
        read_head(input, members, json);
    } else {
        member_expect(members, "member \"record\" to be graph, process, class, place or edge");
    }
}

static void take(struct graph_input *input, struct members *members, const char *line, size_t count)
{
    struct said said;
    json_t *json;

    if (edge_line_scan(&input->edge, line, count)) {
        take_edge(input, members);
    } else if (scan_said(&said, line, count, "place", "number")) {
        take_place(input, members, &said, line, count);
    } else if (scan_said(&said, line, count, "class", "class")) {
        take_class(input, members, &said, line, count);
    } else {
        json = parse(members, line, count);
        if (json)
            take_json(input, members, json, line, count);
        json_decref(json);
    }
}

void graph_input_line(struct graph_input *input, struct members *members, const char *line,
                      size_t count)
{
    if (input->refused)
        return;
    take(input, members, line, count);
    input->refused = *members->expected != '\0';
}

static void check_tally(struct members *members, const char *what, unsigned said, unsigned came)
{
    if (said != came)
        member_expect(members, "%u %s of a merged graph, but there are %u", said, what, came);
}

void graph_input_end(struct graph_input *input, struct members *members)
{
    if (input->is_merged && !input->refused) {
        check_tally(members, "processes", input->said.processes, input->came.processes);
        check_tally(members, "classes", input->said.classes, input->came.classes);
        check_tally(members, "places", input->said.places, input->came.places);
        check_tally(members, "edges", input->said.edges, input->came.edges);
    }
    for (size_t i = 0; i < input->count; i++) {
        free(input->items[i].classes.items);
        free(input->items[i].places.items);
    }
    free(input->items);
    free(input->merged.classes.items);
    free(input->merged.places.items);
    free(input->processes.items);
    edge_line_clear(&input->edge);
    *input = (struct graph_input){0};
}
