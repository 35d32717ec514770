/* SPDX-License-Identifier: MIT */
/* The line of an edge in a graph file.  There are very many of them. */
#ifndef PIHOOK_GRAPH_EDGE_LINE_H
#define PIHOOK_GRAPH_EDGE_LINE_H

#include "graph/vector.h"
#include "report/member.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers are those of the file.  The arrays are used again from line to line. */
struct edge_line {
    uint64_t id;              /* of the process, in its own file; */
    uint32_t process;         /* else its number in a merged one, */
    struct numbers processes; /* with the first and last of each span of processes */
    uint32_t from, to, at, tid;
    struct numbers held, held_read, stack;
    const char *thread; /* in the line or in the JSON */
    size_t thread_bytes;
    uint32_t flags; /* enum graph_flag */
};

/* False: the line is not as pihook itself writes it; it may be right all the same. */
bool edge_line_scan(struct edge_line *edge, const char *line, size_t count);

/* The same for JSON of any form.  What it must be and isn't is in `members`. */
void edge_line_read(struct edge_line *edge, struct members *members, const json_t *json);

void edge_line_clear(struct edge_line *edge);

/* An id as the file has it: 16 digits. */
bool edge_line_id(const char *digits, size_t count, uint64_t *id);

#endif
