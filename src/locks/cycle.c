/* SPDX-License-Identifier: MIT */
/*
 * The shortest path back is nearly always the cycle.  When it is none that can deadlock, or
 * one of lesser strength, all simple paths are tried, shorter ones first, as far as a bound
 * on the effort allows: a graph may have more of them than could ever be tried.
 *
 * Called by graph.c under its caller's lock.
 */
#include "locks/cycle.h"

#include "locks/choice.h"
#include "locks/contexts.h"
#include "locks/paths.h"

/* Edges and contexts looked at: until any cycle is found, and after that for a stronger one. */
enum { EFFORT = 100000, EFFORT_FOR_STRONGER = 20000 };

struct search {
    struct paths paths;
    struct graph *graph;
    long effort; /* that is left */
    bool found, no_memory;
    bool cut;        /* there are paths longer than the present limit */
    bool best_aside; /* the best has a lock that is set aside */
    struct graph_cycle best;
};

static struct graph_edge describe(const struct graph *graph, uint32_t edge, uint32_t number)
{
    return (struct graph_edge){.from = edge_at(graph, edge)->from,
                               .to = edge_at(graph, edge)->to,
                               .context = contexts_describe(context_at(graph, number))};
}

/* Keeps the cycle in graph->path with the contexts in graph->chosen. */
static void keep(struct search *search, uint32_t length, enum graph_strength strength)
{
    struct graph *graph = search->graph;
    const uint32_t *path = graph->path.start, *chosen = graph->chosen.start;
    struct graph_edge *edges = buffer_reserve(&graph->cycle, length * sizeof *edges);

    if (edges == NULL) {
        search->no_memory = true;
        return;
    }
    for (uint32_t i = 0; i < length; i++)
        edges[i] = describe(graph, path[i], chosen[i]);
    search->best = (struct graph_cycle){.edges = edges, .length = length, .strength = strength};
    search->found = true;
}

static bool is_aside(const struct search *search, uint32_t length)
{
    const uint32_t *path = search->graph->path.start;

    for (uint32_t i = 0; i < length; i++)
        if (node_at(search->graph, edge_at(search->graph, path[i])->to)->aside)
            return true;
    return false;
}

static bool is_better(const struct search *search, bool aside, enum graph_strength strength)
{
    if (!search->found)
        return true;
    if (aside != search->best_aside)
        return search->best_aside;
    return strength < search->best.strength;
}

/* Looks whether the simple cycle in graph->path can deadlock. */
static void weigh(struct search *search, uint32_t length)
{
    enum graph_strength strength;
    bool aside = is_aside(search, length);

    switch (choice_make(search->graph, search->graph->path.start, length, search->paths.first,
                        &strength, &search->effort)) {
    case CHOICE_FOUND:
        if (is_better(search, aside, strength)) {
            keep(search, length, strength);
            search->best_aside = aside;
        }
        break;
    case CHOICE_NO_MEMORY:
        search->no_memory = true;
        break;
    case CHOICE_NONE:
        break;
    }
    if (search->found && search->effort > EFFORT_FOR_STRONGER)
        search->effort = EFFORT_FOR_STRONGER;
}

static struct reach *reach_of_end(const struct search *search, uint32_t edge)
{
    return paths_reach(&search->paths, edge_at(search->graph, edge)->to);
}

/* A shortest path may pass a node twice, once in each mode. */
static bool is_simple(const struct search *search, uint32_t length)
{
    const uint32_t *path = search->graph->path.start;
    bool simple = true;
    uint32_t passed = 0;

    for (; simple && passed < length; passed++) {
        struct reach *reach = reach_of_end(search, path[passed]);

        simple = !reach->on_path;
        reach->on_path = true;
    }
    while (passed > 0)
        reach_of_end(search, path[--passed])->on_path = false;
    return simple;
}

/* May the path of `depth` edges go on with that one? */
static bool goes_on(struct search *search, uint32_t edge, uint32_t depth, uint32_t limit)
{
    const struct reach *reach = reach_of_end(search, edge);

    search->effort--;
    if (reach == NULL) {
        search->cut |= paths_go_on(&search->paths);
        return false;
    }
    if (reach->on_path)
        return false;
    if (depth + 1 + paths_distance(reach) <= limit)
        return true;
    search->cut = true;
    return false;
}

static uint32_t following(const struct search *search, uint32_t depth)
{
    const uint32_t *path = search->graph->path.start;
    uint32_t before = edge_at(search->graph, path[depth - 1])->to;

    return path[depth] == 0 ? node_at(search->graph, before)->out
                            : edge_at(search->graph, path[depth])->next_out;
}

/* Puts the next edge that may stand there at path[depth]; false: there is none. */
static bool turn(struct search *search, uint32_t depth, uint32_t limit)
{
    uint32_t *path = search->graph->path.start;
    uint32_t edge = following(search, depth);

    if (path[depth] != 0)
        reach_of_end(search, path[depth])->on_path = false;
    while (edge != 0 && !goes_on(search, edge, depth, limit))
        edge = edge_at(search->graph, edge)->next_out;
    path[depth] = edge;
    return edge != 0;
}

static void unmark(struct search *search, uint32_t depth)
{
    const uint32_t *path = search->graph->path.start;

    for (uint32_t i = 0; i <= depth; i++)
        if (path[i] != 0)
            reach_of_end(search, path[i])->on_path = false;
}

static bool has_effort(const struct search *search)
{
    return search->effort > 0 && !search->no_memory;
}

/* Weighs all simple cycles of exactly `limit` edges. */
static void try_length(struct search *search, uint32_t limit)
{
    uint32_t *path = search->graph->path.start;
    uint32_t depth = 1;

    path[0] = search->paths.edge;
    path[1] = 0;
    reach_of_end(search, path[0])->on_path = true;
    while (depth > 0 && has_effort(search)) {
        if (!turn(search, depth, limit)) {
            depth--;
        } else if (edge_at(search->graph, path[depth])->to != search->paths.start) {
            reach_of_end(search, path[depth])->on_path = true;
            path[++depth] = 0;
        } else if (depth + 1 == limit) {
            weigh(search, limit);
        }
    }
    unmark(search, depth);
}

static bool is_done(const struct search *search)
{
    return !has_effort(search) ||
           (search->found && search->best.strength == STRENGTH_CONCURRENT && !search->best_aside);
}

/* Gets ready for cycles of that many edges. */
static void prepare(struct search *search, uint32_t limit)
{
    struct paths *paths = &search->paths;
    long before = paths->looked;

    paths_seek_to(paths, limit - 1);
    search->effort -= paths->looked - before;
    search->no_memory |= paths->no_memory || buffer_reserve(&search->graph->path,
                                                            (limit + 1) * sizeof(uint32_t)) == NULL;
}

static void try_all(struct search *search, uint32_t shortest)
{
    search->cut = true;
    for (uint32_t limit = shortest; search->cut && !is_done(search); limit++) {
        search->cut = false;
        prepare(search, limit);
        if (has_effort(search))
            try_length(search, limit);
    }
}

static void run(struct search *search)
{
    uint32_t shortest;

    if (!paths_seek(&search->paths))
        return;
    shortest = paths_shortest(&search->paths);
    if (shortest != 0 && is_simple(search, shortest))
        weigh(search, shortest);
    if (!is_done(search))
        try_all(search, shortest);
}

enum graph_result cycle_find(struct graph *graph, uint32_t edge, uint32_t context,
                             struct graph_cycle *cycle)
{
    struct search search = {.graph = graph, .effort = EFFORT};

    paths_begin(&search.paths, graph, edge, context);
    run(&search);
    if (search.no_memory || search.paths.no_memory)
        return GRAPH_NO_MEMORY;
    if (!search.found) {
        graph->counts.given_up += search.effort <= 0;
        return GRAPH_NEW;
    }
    *cycle = search.best;
    return GRAPH_CYCLE;
}
