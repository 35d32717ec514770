/* SPDX-License-Identifier: MIT */
/*
 * A breadth-first search from the start of a new edge against the direction of the edges,
 * among the nodes of one rank.  Its states are a node and the mode in which a thread holds it
 * there.  Called by cycle.c under the graph's caller's lock.
 */
#include "locks/paths.h"

static struct reach *reaches_of(const struct paths *paths)
{
    return paths->graph->reached.start;
}

struct reach *paths_reach(const struct paths *paths, graph_node number)
{
    const struct node *node = node_at(paths->graph, number);

    return node->round == paths->graph->round ? reaches_of(paths) + node->place : NULL;
}

/* NULL: there is no memory. */
static struct reach *reach_for(struct paths *paths, graph_node number)
{
    struct graph *graph = paths->graph;
    struct node *node = node_at(graph, number);
    uint32_t place = paths->count;

    if (node->round == graph->round)
        return reaches_of(paths) + node->place;
    if (buffer_reserve(&graph->reached, (place + 1) * sizeof(struct reach)) == NULL) {
        paths->no_memory = true;
        return NULL;
    }
    node->round = graph->round;
    node->place = paths->count++;
    reaches_of(paths)[place] = (struct reach){.node = number};
    return reaches_of(paths) + place;
}

static void enqueue(struct paths *paths, graph_node node, unsigned mode)
{
    uint64_t *queue = buffer_reserve(&paths->graph->queue, (paths->tail + 1) * sizeof(uint64_t));

    if (queue == NULL)
        paths->no_memory = true;
    else
        queue[paths->tail++] = (uint64_t)mode << 32 | node;
}

static void meet_end(struct paths *paths, unsigned mode)
{
    const struct context *first = context_at(paths->graph, paths->first);

    if (modes_conflict(node_at(paths->graph, paths->end), first->to_mode, mode))
        paths->found[mode] = true;
}

/* A thread that holds the edge's start in that mode leads on to `next`, held in next_mode. */
static void meet(struct paths *paths, uint32_t number, unsigned mode, const struct reach *next,
                 unsigned next_mode)
{
    const struct edge *edge = edge_at(paths->graph, number);
    uint32_t distance = next->distance[next_mode] + 1;
    struct reach *reach = reach_for(paths, edge->from);

    if (reach == NULL || reach->distance[mode] != 0)
        return;
    reach->distance[mode] = distance;
    reach->edge[mode] = number;
    reach->next_mode[mode] = (uint8_t)next_mode;
    if (edge->from == paths->end)
        meet_end(paths, mode);
    else
        enqueue(paths, edge->from, mode);
}

static bool may_lead(const struct paths *paths, const struct edge *edge)
{
    return edge->from != paths->start && node_at(paths->graph, edge->from)->rank == paths->rank;
}

/* Looks at all ways in which that edge was made. */
static void follow(struct paths *paths, uint32_t number, graph_node next, unsigned next_mode)
{
    const struct graph *graph = paths->graph;
    const struct edge *edge = edge_at(graph, number);
    const struct context *first = context_at(graph, paths->first), *context;

    for (uint32_t at = edge->contexts; at != 0 && !paths->no_memory; at = context->next) {
        context = context_at(graph, at);
        if (modes_conflict(node_at(graph, next), context->to_mode, next_mode) &&
            !gates_exclude(&graph->gates, context->gates, first->gates))
            meet(paths, number, context->from_mode, paths_reach(paths, next), next_mode);
    }
}

static void step(struct paths *paths)
{
    const struct graph *graph = paths->graph;
    uint64_t state = ((const uint64_t *)graph->queue.start)[paths->head++];
    graph_node number = (graph_node)state;
    const struct edge *edge;

    for (uint32_t at = node_at(graph, number)->in; at != 0; at = edge->next_in) {
        edge = edge_at(graph, at);
        paths->looked++;
        if (may_lead(paths, edge))
            follow(paths, at, number, (unsigned)(state >> 32));
    }
}

void paths_begin(struct paths *paths, struct graph *graph, uint32_t edge, uint32_t first)
{
    const struct edge *closing = edge_at(graph, edge);
    unsigned mode = context_at(graph, first)->from_mode;

    *paths = (struct paths){.graph = graph,
                            .start = closing->from,
                            .end = closing->to,
                            .edge = edge,
                            .first = first,
                            .rank = node_at(graph, closing->from)->rank};
    graph_new_round(graph);
    struct reach *reach = reach_for(paths, paths->start);
    if (reach == NULL)
        return;
    reach->distance[mode] = 1;
    enqueue(paths, paths->start, mode);
}

static bool is_found(const struct paths *paths)
{
    return paths->found[LOCK_WRITE] || paths->found[LOCK_READ];
}

bool paths_go_on(const struct paths *paths)
{
    return paths->head < paths->tail;
}

bool paths_seek(struct paths *paths)
{
    while (paths_go_on(paths) && !is_found(paths) && !paths->no_memory)
        step(paths);
    return is_found(paths);
}

/* How many edges the next state of the queue is from the start. */
static uint32_t next_distance(const struct paths *paths)
{
    uint64_t state = ((const uint64_t *)paths->graph->queue.start)[paths->head];

    return paths_reach(paths, (graph_node)state)->distance[state >> 32] - 1;
}

void paths_seek_to(struct paths *paths, uint32_t distance)
{
    while (paths_go_on(paths) && !paths->no_memory && next_distance(paths) < distance)
        step(paths);
}

uint32_t paths_distance(const struct reach *reach)
{
    uint32_t one = reach->distance[LOCK_WRITE], other = reach->distance[LOCK_READ];

    return (one == 0 || (other != 0 && other < one) ? other : one) - 1;
}

static unsigned shortest_mode(const struct paths *paths)
{
    const struct reach *end = paths_reach(paths, paths->end);

    if (!paths->found[LOCK_READ])
        return LOCK_WRITE;
    if (!paths->found[LOCK_WRITE])
        return LOCK_READ;
    return end->distance[LOCK_READ] < end->distance[LOCK_WRITE] ? LOCK_READ : LOCK_WRITE;
}

uint32_t paths_shortest(struct paths *paths)
{
    struct graph *graph = paths->graph;
    unsigned mode = shortest_mode(paths);
    const struct reach *reach = paths_reach(paths, paths->end);
    uint32_t length = reach->distance[mode]; /* without its one more, with the new edge */
    uint32_t *path = buffer_reserve(&graph->path, (length + 1) * sizeof(uint32_t));

    paths->no_memory |= path == NULL;
    if (path == NULL)
        return 0;
    path[0] = paths->edge;
    for (uint32_t i = 1; i < length; i++) {
        path[i] = reach->edge[mode];
        mode = reach->next_mode[mode];
        reach = paths_reach(paths, edge_at(graph, path[i])->to);
    }
    return length;
}
