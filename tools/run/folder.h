/* SPDX-License-Identifier: MIT */
/* The private folder in which the processes of a run leave what they found. */
#ifndef PIHOOK_RUN_FOLDER_H
#define PIHOOK_RUN_FOLDER_H

#include "graph/graph.h"
#include "report/collection.h"
#include "report/suppressions.h"

#include <limits.h>
#include <stdio.h>

struct folder {
    char path[PATH_MAX];
};

/* Below TMPDIR or /tmp, for this user alone.  Returns 0 or STATUS_FAILED after it told why. */
int folder_make(struct folder *folder);

/* Adds all that was found there. */
void folder_read(const struct folder *folder, struct collection *all);

/* The lock-order graph of all processes. */
void folder_read_graph(const struct folder *folder, struct graph *graph);

/* Copies what the library had to say besides findings, such as a line of a wrong option. */
void folder_complaints(const struct folder *folder, FILE *out);

/* Adds a suppression that matched: FILE:LINE: RULE:PATTERN. */
void folder_add_matched(const struct folder *folder, const char *file,
                        const struct suppression *suppression);

void folder_remove(const struct folder *folder);

#endif
