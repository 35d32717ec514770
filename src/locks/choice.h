/* SPDX-License-Identifier: MIT */
/*
 * Can a cycle of edges deadlock?  Only if each edge has a context such that
 * - at every lock the way in which it is waited for conflicts with the way in which it is
 *   held,
 * - no two of the threads hold a lock that keeps the other one out.
 * The strength is that of the worst choice.
 */
#ifndef PIHOOK_LOCKS_CHOICE_H
#define PIHOOK_LOCKS_CHOICE_H

#include "locks/graph_data.h"

enum choice_result { CHOICE_NONE, CHOICE_FOUND, CHOICE_NO_MEMORY };

/*
 * edges[0] stands for its context `first` alone.  The contexts, an edge each, are left in
 * graph->chosen.  What it took is subtracted from *effort.
 */
enum choice_result choice_make(struct graph *graph, const uint32_t *edges, uint32_t length,
                               uint32_t first, enum graph_strength *strength, long *effort);

#endif
