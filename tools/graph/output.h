/* SPDX-License-Identifier: MIT */
/* A merged graph as a file. */
#ifndef PIHOOK_GRAPH_OUTPUT_H
#define PIHOOK_GRAPH_OUTPUT_H

#include "graph/graph.h"

#include <stdio.h>

/* The graph is settled.  Errors of `out` are seen by the caller. */
void graph_output(FILE *out, const struct graph *graph);

/*
 * Writes it in place of the file, which is the old one or the new one at any time; it stays a
 * symbolic link if it is one.  Returns 0 or a negative errno.
 */
int graph_output_file(const char *path, const struct graph *graph);

#endif
