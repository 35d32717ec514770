/* SPDX-License-Identifier: MIT */
/* A way for each edge of a cycle of classes, so that they can deadlock. */
#ifndef PIHOOK_GRAPH_CHOICE_H
#define PIHOOK_GRAPH_CHOICE_H

#include "graph/cycles.h"

/* The ways in which one class was acquired under another one: numbers of edges. */
struct ways {
    const uint32_t *edges;
    uint32_t count;
};

enum choice { CHOICE_NONE, CHOICE_FOUND, CHOICE_TOO_MUCH };

/*
 * Two ways go together if no lock that both held keeps their threads apart, and if at the lock
 * between them one waits for the other.  Fills chosen[0..length) and the rest of *cycle, which
 * has its length, unless a process has ways enough by itself.
 */
enum choice choice_make(const struct graph *graph, const struct ways *ways, uint32_t *chosen,
                        struct cycle *cycle);

#endif
