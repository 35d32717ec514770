/* SPDX-License-Identifier: MIT */
/* Edges of the lock-order graph.  Called by graph.c under its caller's lock. */
#include "locks/edges.h"

#include "base/hash.h"
#include "locks/contexts.h"

static uint32_t hash_of(graph_node from, graph_node to)
{
    return (uint32_t)(hash_mix(from, to) >> 32);
}

uint32_t edges_find(const struct graph *graph, graph_node from, graph_node to)
{
    struct lookup_walk walk;
    uint32_t number = lookup_first(&graph->edge_lookup, hash_of(from, to), &walk);

    for (; number != 0; number = lookup_next(&walk)) {
        const struct edge *edge = edge_at(graph, number);

        if (edge->from == from && edge->to == to)
            break;
    }
    return number;
}

static void link_out(struct graph *graph, uint32_t number)
{
    struct edge *edge = edge_at(graph, number);
    struct node *from = node_at(graph, edge->from);

    edge->next_out = from->out;
    if (from->out != 0)
        edge_at(graph, from->out)->previous_out = number;
    from->out = number;
}

static void link_in(struct graph *graph, uint32_t number)
{
    struct edge *edge = edge_at(graph, number);
    struct node *to = node_at(graph, edge->to);

    edge->next_in = to->in;
    if (to->in != 0)
        edge_at(graph, to->in)->previous_in = number;
    to->in = number;
}

uint32_t edges_add(struct graph *graph, graph_node from, graph_node to)
{
    uint32_t number = items_take(&graph->edges);

    if (number == 0)
        return 0;
    if (!lookup_add(&graph->edge_lookup, hash_of(from, to), number)) {
        items_give(&graph->edges, number);
        return 0;
    }
    *edge_at(graph, number) = (struct edge){.from = from, .to = to};
    link_out(graph, number);
    link_in(graph, number);
    graph->counts.edges++;
    return number;
}

static void unlink_out(struct graph *graph, const struct edge *edge)
{
    if (edge->previous_out != 0)
        edge_at(graph, edge->previous_out)->next_out = edge->next_out;
    else
        node_at(graph, edge->from)->out = edge->next_out;
    if (edge->next_out != 0)
        edge_at(graph, edge->next_out)->previous_out = edge->previous_out;
}

static void unlink_in(struct graph *graph, const struct edge *edge)
{
    if (edge->previous_in != 0)
        edge_at(graph, edge->previous_in)->next_in = edge->next_in;
    else
        node_at(graph, edge->to)->in = edge->next_in;
    if (edge->next_in != 0)
        edge_at(graph, edge->next_in)->previous_in = edge->previous_in;
}

void edges_remove(struct graph *graph, uint32_t number)
{
    const struct edge *edge = edge_at(graph, number);

    contexts_remove_all(graph, number);
    unlink_out(graph, edge);
    unlink_in(graph, edge);
    lookup_remove(&graph->edge_lookup, hash_of(edge->from, edge->to), number);
    items_give(&graph->edges, number);
    graph->counts.edges--;
}
