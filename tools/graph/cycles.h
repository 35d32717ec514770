/* SPDX-License-Identifier: MIT */
/*
 * Cycles of a merged graph that could deadlock, and that no process shows alone: what one does
 * show is the library's own matter, which has seen the locks themselves.
 */
#ifndef PIHOOK_GRAPH_CYCLES_H
#define PIHOOK_GRAPH_CYCLES_H

#include "graph/graph.h"

/*
 * What is looked for, at most: edges of a cycle, cycles of a graph, and cycles that have the
 * same two classes in the same order.
 */
enum { CYCLE_EDGES_MOST = 8, CYCLES_MOST = 1000, CYCLES_OF_PAIR_MOST = 4 };

struct cycle {
    const uint32_t *edges; /* the `to` of each is the `from` of the next, around */
    unsigned length;
    bool timed;   /* one of the acquisitions gives up after a time */
    bool main;    /* all are by the first threads of their processes */
    bool several; /* there are several locks of a class: it need not be the same one */
};

/*
 * Calls visit for cycles, the shortest for each two classes that are on none so far; first for
 * those with an edge from number `first_new` on.  Returns false if it was too much to look at
 * all.  The graph is settled.
 */
bool cycles_each(const struct graph *graph, uint32_t first_new,
                 void (*visit)(void *argument, const struct cycle *cycle), void *argument);

#endif
