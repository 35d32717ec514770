/* SPDX-License-Identifier: MIT */
/* The search for a cycle that could deadlock. */
#ifndef PIHOOK_LOCKS_CYCLE_H
#define PIHOOK_LOCKS_CYCLE_H

#include "locks/graph_data.h"

/*
 * Looks for one through that edge, made in that context.  GRAPH_NEW: there is none;
 * GRAPH_CYCLE: *cycle is one; GRAPH_NO_MEMORY.
 */
enum graph_result cycle_find(struct graph *graph, uint32_t edge, uint32_t context,
                             struct graph_cycle *cycle);

#endif
