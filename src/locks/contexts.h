/* SPDX-License-Identifier: MIT */
/*
 * The distinct ways in which an edge was made.  One is not kept when others can deadlock
 * wherever it can: with the same modes, no more gates, and a wait that is no less patient, by
 * the same thread or by several.
 *
 * What a thread does again after it has created another one may happen while that one runs:
 * the first time and the latest are kept.
 */
#ifndef PIHOOK_LOCKS_CONTEXTS_H
#define PIHOOK_LOCKS_CONTEXTS_H

#include "locks/graph_data.h"

/* As many different threads are kept for one way, and as many ways for an edge. */
enum { CONTEXT_THREADS = 3, CONTEXTS_PER_EDGE = 16 };

/* A context as it is handed in, its gates sorted. */
struct news {
    const struct graph_context *context;
    const struct graph_gate *gates;
    uint32_t count;
    uint32_t held; /* the same as a set */
};

/* Would such a context not be kept? */
bool contexts_know(const struct graph *graph, uint32_t edge, const struct news *news);

/* Keeps one.  0: there is no memory. */
uint32_t contexts_add(struct graph *graph, uint32_t edge, const struct news *news);

/* The stack of such a context, by the same thread and at the same places; 0: there is none. */
uint32_t contexts_stack(const struct graph *graph, uint32_t edge, const struct news *news);

/* Removes those that this one makes superfluous. */
void contexts_settle(struct graph *graph, uint32_t edge, uint32_t context);

struct graph_context contexts_describe(const struct context *context);

/* Calls visit for each context of the edge. */
void contexts_each(const struct graph *graph, uint32_t edge,
                   void (*visit)(void *argument, const struct graph_edge *edge), void *argument);

/* Removes the one that was added last, as if it had never come. */
void contexts_take_back(struct graph *graph, uint32_t edge);

void contexts_remove_all(struct graph *graph, uint32_t edge);

#endif
