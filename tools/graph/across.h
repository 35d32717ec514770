/* SPDX-License-Identifier: MIT */
/* Cycles of a graph of many processes as findings. */
#ifndef PIHOOK_GRAPH_ACROSS_H
#define PIHOOK_GRAPH_ACROSS_H

#include "config/options.h"
#include "graph/graph.h"
#include "report/collection.h"

#include <stdbool.h>
#include <stdint.h>

/* What was known of a graph before more came to it. */
struct across_known {
    uint64_t *items; /* fingerprints of its cycles */
    size_t count, room;
    uint32_t edges;
};

/* The graph is settled. */
void across_note(const struct graph *graph, struct across_known *known);

/*
 * Adds a finding for each cycle.  What is in `known` (or NULL) was known before this run: it is a
 * warning.  None has a higher level than its rule has in `options` (NULL: the one by custom). Tells
 * on stderr if there was too much to look at all.
 */
void across_add(const struct graph *graph, const struct across_known *known,
                const struct options *options, struct collection *all);

#endif
