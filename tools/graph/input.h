/* SPDX-License-Identifier: MIT */
/*
 * Graph files, line by line: those of the library and merged ones.  libpihook(7) describes both.
 */
#ifndef PIHOOK_GRAPH_INPUT_H
#define PIHOOK_GRAPH_INPUT_H

#include "graph/edge_line.h"
#include "graph/graph.h"
#include "report/member.h"

#include <stdbool.h>
#include <stddef.h>

/* Numbers of one process, or of one merged file, as the graph has them; GRAPH_NONE: none. */
struct graph_scope {
    uint64_t id;
    uint32_t process;
    struct numbers classes, places;
};

/* What a merged file says that it has, and what came. */
struct graph_tally {
    unsigned processes, classes, places, edges;
};

/* One file while it is read. */
struct graph_input {
    struct graph *graph;
    const char *file;          /* its name for people, or NULL */
    bool refused;              /* something was wrong: the rest is left out */
    struct graph_scope *items; /* the processes' */
    size_t count, room, latest;
    bool is_merged;
    struct graph_scope merged;
    struct numbers processes; /* of the merged file */
    struct graph_tally said, came;
    struct edge_line edge;
};

void graph_input_begin(struct graph_input *input, struct graph *graph, const char *file);

/* Is it a line of a graph file, by its beginning? */
bool graph_input_is_line(const char *line, size_t count);

/*
 * Takes a line.  What it must be and isn't is in `members`; then the other lines of the file
 * are ignored, because they are about what this one should have said.
 */
void graph_input_line(struct graph_input *input, struct members *members, const char *line,
                      size_t count);

/* After the last line. */
void graph_input_end(struct graph_input *input, struct members *members);

#endif
