/* SPDX-License-Identifier: MIT */
/*
 * The ranks of a graph's nodes, kept while edges come: along every edge the rank doesn't
 * fall.
 */
#ifndef PIHOOK_LOCKS_ORDER_H
#define PIHOOK_LOCKS_ORDER_H

#include "locks/graph_data.h"

/*
 * Makes room for an edge that is about to be added.  Afterwards both ends have the same rank
 * if it closes a cycle.  False, and nothing changed: there is no memory.
 */
bool order_admit(struct graph *graph, graph_node from, graph_node to);

#endif
