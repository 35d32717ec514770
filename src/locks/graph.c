/* SPDX-License-Identifier: MIT */
/*
 * The lock-order graph: the calls of graph.h.  Called before an acquisition that some thread
 * makes for the first time, and when a lock ends.  It must never take a lock or wait.
 */
#include "locks/graph.h"

#include "base/hash.h"
#include "base/memory.h"
#include "locks/contexts.h"
#include "locks/cycle.h"
#include "locks/edges.h"
#include "locks/order.h"

#include <string.h>

struct graph *graph_new(struct segments *segments)
{
    struct graph *graph = memory_take(sizeof *graph);

    if (graph == NULL)
        return NULL;
    graph->segments = segments;
    graph->nodes = (struct items)ITEMS_OF(struct node, out);
    graph->edges = (struct items)ITEMS_OF(struct edge, next_out);
    graph->contexts = (struct items)ITEMS_OF(struct context, next);
    graph->node_lookup.shared = true;
    gates_init(&graph->gates);
    return graph;
}

static void clear_scratch(struct graph *graph)
{
    struct buffer *const buffers[] = {
        &graph->sorted, &graph->regions, &graph->ranks,  &graph->reached,     &graph->queue,
        &graph->path,   &graph->picked,  &graph->chosen, &graph->segment_ids, &graph->cycle};

    for (unsigned i = 0; i < sizeof buffers / sizeof buffers[0]; i++)
        buffer_clear(buffers[i]);
    claims_clear(&graph->locks);
    claims_clear(&graph->threads);
}

void graph_delete(struct graph *graph)
{
    clear_scratch(graph);
    items_clear(&graph->nodes);
    items_clear(&graph->edges);
    items_clear(&graph->contexts);
    lookup_clear(&graph->node_lookup);
    lookup_clear(&graph->edge_lookup);
    gates_clear(&graph->gates);
    memory_give(graph, sizeof *graph);
}

void graph_on_drop(struct graph *graph, void (*drop)(uint32_t stack))
{
    graph->drop = drop;
}

void graph_new_round(struct graph *graph)
{
    if (++graph->round != 0)
        return;
    for (uint32_t number = 1; number < graph->nodes.table.count; number++)
        node_at(graph, number)->round = 0;
    graph->round = 1;
}

static uint32_t hash_of(lock_id lock)
{
    return (uint32_t)(hash_mix(0, lock) >> 32);
}

/* Another thread may be removing the node and make it that of another lock. */
static graph_node find_once(const struct graph *graph, lock_id lock)
{
    struct lookup_walk walk;
    graph_node number = lookup_first(&graph->node_lookup, hash_of(lock), &walk);

    while (number != 0 && graph_lock(graph, number) != lock)
        number = lookup_next(&walk);
    return number;
}

graph_node graph_find(const struct graph *graph, lock_id lock)
{
    for (;;) {
        uint32_t moves = lookup_moves(&graph->node_lookup);
        graph_node number = find_once(graph, lock);

        if (number != 0 || lookup_moves(&graph->node_lookup) == moves)
            return number;
    }
}

lock_id graph_lock(const struct graph *graph, graph_node node)
{
    return __atomic_load_n(&node_at(graph, node)->lock, __ATOMIC_ACQUIRE);
}

/* The newest locks are acquired last, mostly: they get the highest ranks. */
static void node_begin(struct graph *graph, graph_node number, lock_id lock)
{
    struct node *node = node_at(graph, number);

    node->rank = ++graph->top;
    node->out = node->in = 0;
    node->round = 0;
    node->readers_block = node->aside = false;
    __atomic_store_n(&node->lock, lock, __ATOMIC_RELEASE);
}

static graph_node add_node(struct graph *graph, lock_id lock)
{
    graph_node number = items_take(&graph->nodes);

    if (number == 0)
        return 0;
    node_begin(graph, number, lock);
    if (!lookup_add(&graph->node_lookup, hash_of(lock), number)) {
        __atomic_store_n(&node_at(graph, number)->lock, 0, __ATOMIC_RELEASE);
        items_give(&graph->nodes, number);
        return 0;
    }
    graph->counts.nodes++;
    return number;
}

graph_node graph_node_for(struct graph *graph, lock_id lock)
{
    graph_node number = graph_find(graph, lock);

    if (number != 0)
        return number;
    number = add_node(graph, lock);
    if (number == 0)
        graph->counts.refused++;
    return number;
}

void graph_set_readers_block(struct graph *graph, graph_node node)
{
    node_at(graph, node)->readers_block = true;
}

void graph_set_aside(struct graph *graph, graph_node node)
{
    node_at(graph, node)->aside = true;
}

void graph_remove(struct graph *graph, graph_node number)
{
    struct node *node = number == 0 ? NULL : node_at(graph, number);

    if (node == NULL)
        return;
    while (node->out != 0)
        edges_remove(graph, node->out);
    while (node->in != 0)
        edges_remove(graph, node->in);
    lookup_remove(&graph->node_lookup, hash_of(node->lock), number);
    __atomic_store_n(&node->lock, 0, __ATOMIC_RELEASE);
    items_give(&graph->nodes, number);
    graph->counts.nodes--;
}

/* An acquisition makes an edge from each lock that is held: their set is made once. */
bool graph_holding(struct graph *graph, const struct graph_gate *gates, uint32_t count)
{
    gates_give(&graph->gates, graph->held);
    graph->held = graph->sorted_count = 0;
    if (buffer_reserve(&graph->sorted, count * sizeof *gates) == NULL)
        return false;
    memcpy(graph->sorted.start, gates, count * sizeof *gates);
    graph->sorted_count = gates_sort(graph->sorted.start, count);
    return gates_take(&graph->gates, graph->sorted.start, graph->sorted_count, &graph->held);
}

static struct news news_of(const struct graph *graph, const struct graph_context *context)
{
    return (struct news){.context = context,
                         .gates = graph->sorted.start,
                         .count = graph->sorted_count,
                         .held = graph->held};
}

bool graph_has(struct graph *graph, graph_node from, graph_node to,
               const struct graph_context *context)
{
    const struct news news = news_of(graph, context);
    uint32_t edge = edges_find(graph, from, to);

    return edge != 0 && contexts_know(graph, edge, &news);
}

uint32_t graph_stack(struct graph *graph, graph_node from, graph_node to,
                     const struct graph_context *context)
{
    const struct news news = news_of(graph, context);
    uint32_t edge = edges_find(graph, from, to);

    return edge != 0 ? contexts_stack(graph, edge, &news) : 0;
}

static enum graph_result refuse(struct graph *graph)
{
    graph->counts.refused++;
    return GRAPH_NO_MEMORY;
}

static uint32_t edge_for(struct graph *graph, graph_node from, graph_node to)
{
    uint32_t edge = edges_find(graph, from, to);

    if (edge != 0)
        return edge;
    return order_admit(graph, from, to) ? edges_add(graph, from, to) : 0;
}

/* An edge without any context would stand for nothing. */
static void drop_empty(struct graph *graph, uint32_t edge)
{
    if (edge_at(graph, edge)->contexts == 0)
        edges_remove(graph, edge);
}

static enum graph_result add_news(struct graph *graph, uint32_t edge, const struct news *news,
                                  struct graph_cycle *cycle)
{
    const struct edge *added = edge_at(graph, edge);
    uint32_t context = contexts_add(graph, edge, news);
    enum graph_result result = GRAPH_NEW;

    if (context == 0) {
        drop_empty(graph, edge);
        return refuse(graph);
    }
    if (node_at(graph, added->from)->rank == node_at(graph, added->to)->rank)
        result = cycle_find(graph, edge, context, cycle);
    if (result != GRAPH_NO_MEMORY && !(result == GRAPH_CYCLE && news->context->refusable)) {
        contexts_settle(graph, edge, context);
        return result;
    }
    contexts_take_back(graph, edge);
    drop_empty(graph, edge);
    return result == GRAPH_CYCLE ? result : refuse(graph);
}

enum graph_result graph_add(struct graph *graph, graph_node from, graph_node to,
                            const struct graph_context *context, struct graph_cycle *cycle)
{
    const struct news news = news_of(graph, context);
    uint32_t edge;

    if (from == to)
        return GRAPH_KNOWN;
    edge = edge_for(graph, from, to);
    if (edge == 0)
        return refuse(graph);
    if (contexts_know(graph, edge, &news))
        return GRAPH_KNOWN;
    return add_news(graph, edge, &news, cycle);
}

void graph_each_edge(const struct graph *graph,
                     void (*visit)(void *argument, const struct graph_edge *edge), void *argument)
{
    for (graph_node from = 1; from < graph->nodes.table.count; from++) {
        uint32_t edge = graph_lock(graph, from) == 0 ? 0 : node_at(graph, from)->out;

        for (; edge != 0; edge = edge_at(graph, edge)->next_out)
            contexts_each(graph, edge, visit, argument);
    }
}

struct graph_counts graph_counts(const struct graph *graph)
{
    return graph->counts;
}
