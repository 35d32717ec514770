/* SPDX-License-Identifier: MIT */
/*
 * Findings across runs, as the JSON of a findings file: so all that reads, shows or compares
 * findings takes them.  Called by `pihook report`, `merge` and `run`.
 */
#include "graph/across.h"

#include "base/hash.h"
#include "command.h"
#include "graph/class_key.h"
#include "graph/cycles.h"
#include "report/finding.h"
#include "report/pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_TOLD_MOST = 8, LABELS_MOST = CYCLE_EDGES_MOST * (HELD_TOLD_MOST + 1) };

struct across {
    const struct graph *graph;
    const struct across_known *known;
    struct across_known *noted;
    const struct options *options;
    struct collection *all;
};

/* A finding while it is put together: classes by label. */
struct draft {
    const struct graph *graph;
    const struct cycle *cycle;
    struct pool pool;
    json_t *json, *locks;
    uint32_t labelled[LABELS_MOST];
    unsigned label_count;
    unsigned first; /* the edge that is told first */
};

/* ---- pieces of JSON ---- */

static void set(json_t *object, const char *key, json_t *value)
{
    if (!value || json_object_set_new(object, key, value) != 0)
        no_memory();
}

static void set_string(json_t *object, const char *key, const char *string)
{
    set(object, key, json_string(string));
}

static void append(json_t *array, json_t *value)
{
    if (!value || json_array_append_new(array, value) != 0)
        no_memory();
}

static const char *member(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "";
}

/* ---- fingerprints ---- */

static const struct graph_edge *edge_of(const struct graph *graph, const struct cycle *cycle,
                                        unsigned i)
{
    return &graph->edges.items[cycle->edges[i % cycle->length]];
}

static uint64_t mix_class(uint64_t number, const struct graph *graph, uint32_t class)
{
    struct pool pool = {NULL};

    number = finding_mix(number, class_words(&pool, graph->classes.items[class].json));
    pool_clear(&pool);
    return number;
}

/* The classes tell a cycle from others, not which run closed it, nor where. */
static uint64_t fingerprint(const struct graph *graph, const struct cycle *cycle)
{
    uint64_t edges = 0;

    for (unsigned i = 0; i < cycle->length; i++) {
        const struct graph_edge *edge = edge_of(graph, cycle, i);

        edges += mix_class(mix_class(0, graph, edge->from), graph, edge->to);
    }
    return hash_mix(finding_mix(0, "lock-order across runs"), edges);
}

static bool is_known(const struct across_known *known, uint64_t number)
{
    for (size_t i = 0; known && i < known->count; i++)
        if (known->items[i] == number)
            return true;
    return false;
}

/* ---- locks ---- */

static const char *label(struct draft *draft, unsigned index)
{
    return pool_print(&draft->pool, "M%u", index + 1);
}

static json_t *lock_json(struct draft *draft, uint32_t class, unsigned index)
{
    static const char *const MEMBERS[] = {"kind", "name"};
    const json_t *described = draft->graph->classes.items[class].json;
    const json_t *shown = json_object_get(described, "shown");
    json_t *lock = json_object();

    set_string(lock, "label", label(draft, index));
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
        if (json_object_get(described, MEMBERS[i]))
            set_string(lock, MEMBERS[i], member(described, MEMBERS[i]));
    if (strcmp(member(described, "origin"), "module") != 0)
        set_string(lock, "origin", member(described, "origin"));
    if (!shown)
        shown = json_object_get(described, "created");
    if (shown)
        set(lock, "created", json_deep_copy(shown));
    return lock;
}

static unsigned index_of(struct draft *draft, uint32_t class)
{
    for (unsigned i = 0; i < draft->label_count; i++)
        if (draft->labelled[i] == class)
            return i;
    append(draft->locks, lock_json(draft, class, draft->label_count));
    draft->labelled[draft->label_count] = class;
    return draft->label_count++;
}

/* "mutex M1" */
static const char *named(struct draft *draft, uint32_t class)
{
    return pool_print(&draft->pool, "%s %s",
                      member(draft->graph->classes.items[class].json, "kind"),
                      label(draft, index_of(draft, class)));
}

/* ---- steps ---- */

static json_t *held_json(struct draft *draft, uint32_t class, bool read, uint32_t at)
{
    json_t *held = json_object();

    set_string(held, "lock", label(draft, index_of(draft, class)));
    set_string(held, "mode", read ? "read" : "write");
    if (at != GRAPH_NONE)
        set(held, "at", json_deep_copy(draft->graph->places.items[at]));
    return held;
}

/* `from` first, as it is the one that matters. */
static void add_held(struct draft *draft, json_t *step, const struct graph_edge *edge)
{
    json_t *list = json_array();
    size_t count, told = 1;
    const uint32_t *held = graph_numbers(&draft->graph->held, edge->held, &count);

    append(list, held_json(draft, edge->from, edge->flags & EDGE_FROM_READ, edge->at));
    for (size_t i = 0; i < count && told < HELD_TOLD_MOST; i++)
        if (held[i] >> 1 != edge->from) {
            append(list, held_json(draft, held[i] >> 1, held[i] & 1, GRAPH_NONE));
            told++;
        }
    set(step, "held", list);
    set(step, "held_count", json_integer((json_int_t)(count > told ? count : told)));
}

static json_t *stack_json(const struct graph *graph, uint32_t stack)
{
    json_t *list = json_array();
    size_t count;
    const uint32_t *places = graph_numbers(&graph->stacks, stack, &count);

    for (size_t i = 0; i < count; i++)
        append(list, json_deep_copy(graph->places.items[places[i]]));
    return list;
}

static json_t *thread_json(const struct graph *graph, const struct graph_edge *edge)
{
    json_t *thread = json_object();
    size_t count;
    const char *name = interned_at(&graph->names, edge->thread, &count);

    set(thread, "tid", json_integer(edge->tid));
    if (count > 0)
        set(thread, "name", json_stringn(name, count));
    return thread;
}

/* "in process 12 (./program argument; runs.graph)" */
static const char *process_note(struct draft *draft, const json_t *process)
{
    const char *command = member(process, "command"), *file = member(process, "file");

    if (!*command)
        command = member(process, "name");
    return pool_print(&draft->pool, "in process %lld (%s%s%s)",
                      (long long)json_integer_value(json_object_get(process, "pid")), command,
                      *file ? "; " : "", file);
}

static json_t *step_json(struct draft *draft, const struct graph_edge *edge, bool is_first)
{
    const json_t *process = draft->graph->processes.items[edge->process].json;
    json_t *step = json_object();

    set(step, "thread", thread_json(draft->graph, edge));
    set(step, "process", json_deep_copy(process));
    set_string(step, "verb", is_first ? "acquires" : "acquired");
    set_string(step, "lock", label(draft, index_of(draft, edge->to)));
    set_string(step, "mode", edge->flags & EDGE_TO_READ ? "read" : "write");
    set_string(step, "note", process_note(draft, process));
    add_held(draft, step, edge);
    set(step, "stack", stack_json(draft->graph, edge->stack));
    return step;
}

/* ---- the finding ---- */

/* The process that was read last stands for the one that closed the cycle. */
static unsigned latest_edge(const struct graph *graph, const struct cycle *cycle)
{
    unsigned latest = 0;

    for (unsigned i = 1; i < cycle->length; i++)
        if (edge_of(graph, cycle, i)->process > edge_of(graph, cycle, latest)->process)
            latest = i;
    return latest;
}

static bool is_of_modules(const struct draft *draft)
{
    for (unsigned i = 0; i < draft->cycle->length; i++)
        if (!draft->graph->classes.items[edge_of(draft->graph, draft->cycle, i)->from].module)
            return false;
    return true;
}

static bool has_gil(const struct draft *draft)
{
    for (unsigned i = 0; i < draft->cycle->length; i++) {
        uint32_t class = edge_of(draft->graph, draft->cycle, i)->from;

        if (strcmp(member(draft->graph->classes.items[class].json, "kind"), "GIL") == 0)
            return true;
    }
    return false;
}

static const char *sentence(struct draft *draft, bool known)
{
    const struct graph_edge *edge = edge_of(draft->graph, draft->cycle, draft->first);

    return pool_print(&draft->pool,
                      "acquiring %s while holding %s closes a cycle of %u %s across runs%s%s%s%s",
                      named(draft, edge->to), named(draft, edge->from), draft->cycle->length,
                      is_of_modules(draft) ? "modules" : "lock classes",
                      is_of_modules(draft) ? ", of which a thread could see one half loaded"
                                           : " that could deadlock",
                      draft->cycle->timed  ? " (timed)"
                      : draft->cycle->main ? " (same thread)"
                                           : "",
                      draft->cycle->several ? ", if it is the same locks of these classes" : "",
                      known ? "; earlier runs had it already" : "");
}

static void add_who(struct draft *draft)
{
    const struct graph_edge *edge = edge_of(draft->graph, draft->cycle, draft->first);
    const json_t *json = draft->graph->processes.items[edge->process].json;
    json_t *process = json_object();

    set(process, "pid", json_integer(json_integer_value(json_object_get(json, "pid"))));
    set_string(process, "name", member(json, "name"));
    set_string(process, "executable", member(json, "executable"));
    set(draft->json, "process", process);
    set(draft->json, "thread", thread_json(draft->graph, edge));
}

static void add_steps(struct draft *draft)
{
    json_t *steps = json_array();

    for (unsigned i = 0; i < draft->cycle->length; i++)
        append(steps,
               step_json(draft, edge_of(draft->graph, draft->cycle, draft->first + i), i == 0));
    set(draft->json, "steps", steps);
}

/* What is known by its class alone may be about two locks that never meet. */
static bool is_certain(const struct draft *draft, bool known)
{
    return !known && !draft->cycle->several && !is_of_modules(draft);
}

static enum level level_of(const struct draft *draft, const struct options *options, bool known)
{
    enum level most = LEVEL_ERROR, level = is_certain(draft, known) ? LEVEL_ERROR : LEVEL_WARNING;

    if (options)
        most = has_gil(draft) ? options->gil_order : options->lock_order;
    return level < most ? level : most;
}

static json_t *finding(struct draft *draft, uint64_t number, enum level level, bool known)
{
    draft->json = json_object();
    draft->locks = json_array();
    draft->first = latest_edge(draft->graph, draft->cycle);
    set(draft->json, "version", json_integer(1));
    set_string(draft->json, "rule", has_gil(draft) ? "gil-order" : "lock-order");
    set_string(draft->json, "level", level == LEVEL_ERROR ? "error" : "warning");
    set_string(draft->json, "sentence", sentence(draft, known));
    set_string(draft->json, "fingerprint", pool_print(&draft->pool, "%016" PRIx64, number));
    add_who(draft);
    add_steps(draft);
    set(draft->json, "locks", draft->locks);
    return draft->json;
}

static void add_cycle(void *argument, const struct cycle *cycle)
{
    const struct across *across = argument;
    uint64_t number = fingerprint(across->graph, cycle);
    bool known = is_known(across->known, number);
    struct members members = {""};
    struct draft draft = {.graph = across->graph, .cycle = cycle};
    enum level level = level_of(&draft, across->options, known);

    if (across->noted)
        VECTOR_ADD(across->noted, number);
    if (!across->all || level == LEVEL_OFF)
        return;
    collection_add_json(across->all, &members, finding(&draft, number, level, known));
    pool_clear(&draft.pool);
}

void across_note(const struct graph *graph, struct across_known *known)
{
    struct across across = {.graph = graph, .noted = known};

    cycles_each(graph, 0, add_cycle, &across);
    known->edges = (uint32_t)graph->edges.count;
}

void across_add(const struct graph *graph, const struct across_known *known,
                const struct options *options, struct collection *all)
{
    struct across across = {.graph = graph, .known = known, .options = options, .all = all};

    if (!cycles_each(graph, known ? known->edges : 0, add_cycle, &across))
        fail(0,
             "not all cycles of the lock-order graph were looked at: none of more than %d lock "
             "classes is, nor what would take too long, and no more than %d are told",
             CYCLE_EDGES_MOST, CYCLES_MOST);
}
