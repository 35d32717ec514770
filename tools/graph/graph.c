/* SPDX-License-Identifier: MIT */
/* Graphs put together.  Called for each line of graph files; it trusts what input.c has read. */
#include "graph/graph.h"

#include "base/hash.h"
#include "graph/class_key.h"
#include "progress.h"
#include "report/pool.h"
#include "report/sources.h"

#include <stdlib.h>
#include <string.h>

/* ---- processes ---- */

struct sought_process {
    const struct graph *graph;
    uint64_t id;
};

static bool is_process(const void *argument, uint32_t number)
{
    const struct sought_process *sought = argument;

    return sought->graph->processes.items[number].id == sought->id;
}

uint32_t graph_process(struct graph *graph, uint64_t id)
{
    const struct sought_process sought = {graph, id};
    uint64_t hash = hash_mix(id, 1);
    uint32_t number = index_find(&graph->by_id, hash, is_process, &sought);

    if (number != INDEX_NONE)
        return number;
    number = (uint32_t)graph->processes.count;
    VECTOR_ADD(&graph->processes, ((struct graph_process){.id = id}));
    index_add(&graph->by_id, hash, number);
    return number;
}

/* ---- classes and places ---- */

static json_t *described(const json_t *json)
{
    static const char *const MEMBERS[] = {"kind", "origin", "name", "created", "shown"};
    json_t *kept = json_object();

    for (size_t i = 0; kept && i < sizeof MEMBERS / sizeof *MEMBERS; i++)
        if (json_object_get(json, MEMBERS[i]))
            json_object_set(kept, MEMBERS[i], json_object_get(json, MEMBERS[i]));
    if (!kept)
        no_memory();
    return kept;
}

static uint32_t keep_key(struct interned *keys,
                         const char *(*key_of)(struct pool *, const json_t *), json_t *json,
                         bool *is_new)
{
    struct pool pool = {NULL};
    const char *key = key_of(&pool, json);
    uint32_t number = interned_keep(keys, key, strlen(key), is_new);

    pool_clear(&pool);
    return number;
}

uint32_t graph_class(struct graph *graph, json_t *json)
{
    bool is_new;
    uint32_t number = keep_key(&graph->class_keys, class_key, json, &is_new);

    if (is_new)
        VECTOR_ADD(&graph->classes, (struct graph_class){.json = described(json)});
    struct graph_class *class = &graph->classes.items[number];
    class->several |= json_is_true(json_object_get(json, "several"));
    class->readers_block |= json_is_true(json_object_get(json, "readers_block"));
    class->signal |= json_is_true(json_object_get(json, "signal"));
    class->module = !strcmp(json_string_value(json_object_get(json, "origin")), "module");
    return number;
}

uint32_t graph_place(struct graph *graph, json_t *json)
{
    bool is_new;
    uint32_t number = keep_key(&graph->place_keys, place_key, json, &is_new);

    if (is_new)
        VECTOR_ADD(&graph->places, json_incref(json));
    return number;
}

/* A class is known by its place as the library tells it, which stays as it is. */
static void show_class(json_t *class, struct symbols *symbols)
{
    json_t *shown;

    if (!json_object_get(json_object_get(class, "created"), "object") ||
        json_object_get(class, "shown"))
        return;
    shown = json_copy(json_object_get(class, "created"));
    sources_add_to_place(shown, symbols);
    if (json_object_set_new(class, "shown", shown) != 0)
        no_memory();
}

void graph_add_sources(struct graph *graph, struct symbols *symbols)
{
    progress_begin("looking up source lines", graph->classes.count + graph->places.count);
    for (size_t i = 0; i < graph->classes.count; i++) {
        show_class(graph->classes.items[i].json, symbols);
        progress_add(1);
    }
    for (size_t i = 0; i < graph->places.count; i++) {
        if (!json_object_get(graph->places.items[i], "source"))
            sources_add_to_place(graph->places.items[i], symbols);
        progress_add(1);
    }
    progress_end();
}

/* ---- edges ---- */

struct sought_edge {
    const struct graph *graph;
    const struct graph_edge *edge;
};

static bool is_edge(const void *argument, uint32_t number)
{
    const struct sought_edge *sought = argument;
    const struct graph_edge *kept = &sought->graph->edges.items[number], *edge = sought->edge;

    return kept->from == edge->from && kept->to == edge->to && kept->held == edge->held &&
           kept->flags == edge->flags;
}

uint32_t graph_edge(struct graph *graph, const struct graph_edge *edge)
{
    const struct sought_edge sought = {graph, edge};
    uint64_t hash =
        hash_mix(hash_mix((uint64_t)edge->from << 32 | edge->to, edge->held), edge->flags);
    uint32_t number = index_find(&graph->by_way, hash, is_edge, &sought);

    if (number != INDEX_NONE)
        return number;
    number = (uint32_t)graph->edges.count;
    if (number >= INDEX_NONE - 1)
        no_memory();
    VECTOR_ADD(&graph->edges, *edge);
    index_add(&graph->by_way, hash, number);
    return number;
}

const uint32_t *graph_numbers(const struct interned *lists, uint32_t list, size_t *count)
{
    const uint32_t *numbers = interned_at(lists, list, count);

    *count /= sizeof *numbers;
    return numbers;
}

/* ---- the end ---- */

void graph_clear(struct graph *graph)
{
    struct interned *const interned[] = {
        &graph->names,       &graph->held,       &graph->stacks,     &graph->class_keys,
        &graph->class_texts, &graph->place_keys, &graph->place_texts};

    for (size_t i = 0; i < graph->processes.count; i++) {
        json_decref(graph->processes.items[i].json);
        free(graph->processes.items[i].edges.items);
    }
    for (size_t i = 0; i < graph->classes.count; i++)
        json_decref(graph->classes.items[i].json);
    for (size_t i = 0; i < graph->places.count; i++)
        json_decref(graph->places.items[i]);
    for (size_t i = 0; i < graph->edges.count; i++)
        spans_clear(&graph->edges.items[i].processes);
    for (size_t i = 0; i < sizeof interned / sizeof *interned; i++)
        interned_clear(interned[i]);
    index_clear(&graph->by_id);
    index_clear(&graph->by_way);
    free(graph->class_of_text.items);
    free(graph->place_of_text.items);
    free(graph->processes.items);
    free(graph->classes.items);
    free(graph->places.items);
    free(graph->edges.items);
    *graph = (struct graph){0};
}
