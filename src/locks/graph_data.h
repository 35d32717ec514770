/* SPDX-License-Identifier: MIT */
/*
 * What the graph is made of, for its own files: graph.c (the calls), edges.c, contexts.c,
 * order.c (ranks), paths.c and cycle.c (search for a cycle), choice.c (can it deadlock).
 */
#ifndef PIHOOK_LOCKS_GRAPH_DATA_H
#define PIHOOK_LOCKS_GRAPH_DATA_H

#include "locks/buffer.h"
#include "locks/claims.h"
#include "locks/gates.h"
#include "locks/graph.h"
#include "locks/items.h"
#include "locks/lookup.h"

/*
 * Along every edge the rank doesn't fall; so an edge that goes up closes no cycle, and all
 * nodes of a cycle have one rank.  Nodes of one rank need not lie on a cycle.
 */
struct node {
    lock_id lock; /* 0 in one that was removed; written atomically */
    uint64_t rank;
    uint32_t out, in; /* the first edges; `out` links nodes that were removed */
    uint32_t round;   /* of the search that has met the node, */
    uint32_t place;   /* and where that search keeps what it knows of it */
    bool readers_block;
    bool aside; /* cycles without it are told rather */
};

struct edge {
    uint32_t from, to;
    uint32_t next_out, previous_out;
    uint32_t next_in, previous_in;
    uint32_t contexts; /* the first one */
};

struct context {
    const void *from_place, *to_place;
    uint32_t thread, segment, stack, held;
    uint32_t gates; /* the set, `from` included */
    uint32_t next;
    uint8_t from_mode, to_mode;
    bool timed;
};

struct graph {
    struct segments *segments;
    void (*drop)(uint32_t stack); /* or NULL */
    struct items nodes, edges, contexts;
    struct lookup node_lookup, edge_lookup;
    struct gates gates;
    uint64_t top;   /* the highest rank so far */
    uint32_t round; /* the number of the latest search among nodes */
    struct graph_counts counts;

    /* Scratch space, kept from call to call. */
    struct buffer sorted;                      /* what is held, without repetitions, */
    uint32_t sorted_count, held;               /* and as a set of which it is a user */
    struct buffer regions, ranks;              /* order.c */
    struct buffer reached, queue, path;        /* cycle.c */
    struct buffer picked, chosen, segment_ids; /* choice.c */
    struct claims locks, threads;
    struct buffer cycle; /* what the latest graph_add() handed out */
};

static inline struct node *node_at(const struct graph *graph, uint32_t number)
{
    return table_at(&graph->nodes.table, number);
}

static inline struct edge *edge_at(const struct graph *graph, uint32_t number)
{
    return table_at(&graph->edges.table, number);
}

static inline struct context *context_at(const struct graph *graph, uint32_t number)
{
    return table_at(&graph->contexts.table, number);
}

/* Starts a search: no node is met yet. */
void graph_new_round(struct graph *graph);

/* Can two acquisitions of the node's lock in these modes wait for each other? */
static inline bool modes_conflict(const struct node *node, unsigned one, unsigned other)
{
    return one == LOCK_WRITE || other == LOCK_WRITE || node->readers_block;
}

#endif
