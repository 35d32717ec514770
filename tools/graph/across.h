/* SPDX-License-Identifier: MIT */
/* Cycles of a graph of many processes as findings. */
#ifndef PIHOOK_GRAPH_ACROSS_H
#define PIHOOK_GRAPH_ACROSS_H

#include "graph/graph.h"
#include "report/collection.h"

#include <stdbool.h>
#include <stdint.h>

/* Fingerprints of cycles. */
struct fingerprints {
    uint64_t *items;
    size_t count, room;
};

/* Those of all cycles of the graph, which is settled. */
void across_note(const struct graph *graph, struct fingerprints *noted);

/*
 * Adds a finding for each cycle.  What was noted before (or NULL) was known before this run: it
 * is a warning.  Tells on stderr if there was too much to look at all.
 */
void across_add(const struct graph *graph, const struct fingerprints *noted,
                struct collection *all);

#endif
