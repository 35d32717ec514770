/* SPDX-License-Identifier: MIT */
/*
 * The lock-order graph: an edge from A to B says that some thread acquired B while it held A.
 * A cycle of edges that different threads may go through at the same time is a deadlock that
 * could happen.
 *
 * Pure data: no lock, no I/O, no clock; calls are serialised by the caller, but for
 * graph_find() and graph_lock().  Memory comes from base/memory, and no number of locks,
 * edges or cycle length is bounded but by it.  When it ends, an edge is not added and
 * graph_counts() says so.
 *
 * Nodes are numbers that the graph hands out for lock ids; a removed node takes its edges
 * with it.
 */
#ifndef PIHOOK_LOCKS_GRAPH_H
#define PIHOOK_LOCKS_GRAPH_H

#include "locks/lock.h"
#include "locks/segments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t graph_node; /* 0: none */

/* A lock that was held when an edge was made. */
struct graph_gate {
    lock_id lock;
    enum lock_mode mode;
};

/* One way in which an edge was made, as it is kept and as it is handed in. */
struct graph_context {
    enum lock_mode from_mode, to_mode;
    bool timed;      /* the acquisition would have given up after a time */
    bool refusable;  /* it will not happen if it closes a cycle: then it is not to be kept */
    uint32_t thread; /* never used twice in a process */
    segment_id segment;
    uint32_t stack;         /* the caller's, opaque: where `to` was acquired */
    const void *from_place; /* the caller's, opaque: where `from` was acquired */
    const void *to_place;
    uint32_t held; /* the caller's, opaque: what the thread held, for the report */
};

struct graph_edge {
    graph_node from, to;
    struct graph_context context;
};

/* The weakest link of a cycle, from the worst for the program to the least. */
enum graph_strength {
    STRENGTH_CONCURRENT, /* distinct threads, not ordered by create and join */
    STRENGTH_SAME_THREAD,
    STRENGTH_ORDERED, /* by create and join */
    STRENGTH_TIMED
};

/*
 * A cycle that could deadlock: edges[i].to == edges[i + 1].from, the last leads to the first.
 * edges[0] is the one that closed it.  Valid until the next call for that graph.
 */
struct graph_cycle {
    const struct graph_edge *edges;
    uint32_t length;
    enum graph_strength strength;
};

enum graph_result {
    GRAPH_KNOWN, /* nothing new: such a context is kept already */
    GRAPH_NEW,   /* kept; no cycle that could deadlock goes through it */
    GRAPH_CYCLE, /* kept, unless it is refusable; *cycle is one */
    GRAPH_NO_MEMORY
};

struct graph;

/* NULL: no memory.  `segments` is read for a cycle's strength and must stay. */
struct graph *graph_new(struct segments *segments);
void graph_delete(struct graph *graph);

/*
 * From now on `drop` is called with the `stack` of each context that was kept and is kept no
 * more, so that the caller can give back what that stands for.  What graph_add() did not keep,
 * answering GRAPH_KNOWN, GRAPH_NO_MEMORY or a refusable GRAPH_CYCLE, stays the caller's.
 */
void graph_on_drop(struct graph *graph, void (*drop)(uint32_t stack));

/* The node of a lock, made when there is none yet; 0: no memory. */
graph_node graph_node_for(struct graph *graph, lock_id lock);

/*
 * The node of a lock, or 0.  Any thread, at any time, and it never waits: a lock whose node is
 * there during the whole call is found.
 */
graph_node graph_find(const struct graph *graph, lock_id lock);

lock_id graph_lock(const struct graph *graph, graph_node node);

/* Readers of such a lock block each other when a writer waits (writer-preferring rwlocks). */
void graph_set_readers_block(struct graph *graph, graph_node node);

/* Cycles without this lock are told rather than those with it, where an edge closes both. */
void graph_set_aside(struct graph *graph, graph_node node);

/*
 * What is held while the calls below ask for a lock, which `from` is one of; in any order, and
 * copied.  False: no memory; then they must not be called.
 */
bool graph_holding(struct graph *graph, const struct graph_gate *gates, uint32_t count);

/*
 * Is such a context kept already, so that graph_add() would answer GRAPH_KNOWN?  Cheap; no
 * stack is needed to ask.
 */
bool graph_has(struct graph *graph, graph_node from, graph_node to,
               const struct graph_context *context);

/*
 * The stack of a kept context by the same thread, at the same places and no less telling, so
 * that a new one needs none of its own; 0: there is none.
 */
uint32_t graph_stack(struct graph *graph, graph_node from, graph_node to,
                     const struct graph_context *context);

/*
 * A cycle is one that could deadlock if no two of its threads keep each other out: by a lock
 * that both held, one of them for writing.  If only some ways of making its edges do, the
 * others are told.  Timed acquisitions count; those that only try must not be handed in.
 *
 * `to` is about to be acquired with what is held.
 */
enum graph_result graph_add(struct graph *graph, graph_node from, graph_node to,
                            const struct graph_context *context, struct graph_cycle *cycle);

/* The lock is gone; nothing for node 0. */
void graph_remove(struct graph *graph, graph_node node);

/* Calls visit for each context of each edge, in no order. */
void graph_each_edge(const struct graph *graph,
                     void (*visit)(void *argument, const struct graph_edge *edge), void *argument);

struct graph_counts {
    uint32_t nodes, edges, contexts;
    uint64_t refused;  /* nodes, edges and contexts for which there was no memory */
    uint64_t given_up; /* edges for which the search for a cycle was too much effort */
};
struct graph_counts graph_counts(const struct graph *graph);

#endif
