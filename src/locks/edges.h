/* SPDX-License-Identifier: MIT */
/* The edges of a graph: found by their ends, listed at both. */
#ifndef PIHOOK_LOCKS_EDGES_H
#define PIHOOK_LOCKS_EDGES_H

#include "locks/graph_data.h"

/* The number of an edge, or 0. */
uint32_t edges_find(const struct graph *graph, graph_node from, graph_node to);

/* Adds one that isn't there, without any context.  0: there is no memory. */
uint32_t edges_add(struct graph *graph, graph_node from, graph_node to);

/* Removes one and its contexts. */
void edges_remove(struct graph *graph, uint32_t number);

#endif
