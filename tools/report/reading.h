/* SPDX-License-Identifier: MIT */
/* Files of findings and of lock-order graphs. */
#ifndef PIHOOK_REPORT_READING_H
#define PIHOOK_REPORT_READING_H

#include "graph/graph.h"
#include "report/collection.h"

#include <stdbool.h>

/*
 * Adds all findings of a file ("-": standard input), and to the graph what lines of a lock-order
 * graph say; what is neither is told on stderr.  Either may be NULL: then it is nothing that
 * such a file may have.
 * `may_be_cut`: its last line may lack its end, and is left out then without a word.  Returns
 * whether all of it was read.
 */
bool reading_add(struct collection *collection, struct graph *graph, const char *path,
                 bool may_be_cut);

/* The same for all files of a list that ends with NULL; a terminal sees how far it is. */
bool reading_all(struct collection *collection, struct graph *graph, char *const *paths);

#endif
