/* SPDX-License-Identifier: MIT */
/*
 * The file of option `graph`: the lock-order graph by class, a line of JSON for each thing that
 * is new in it, written at once.  So it is there however the process ends.  libpihook(7) tells
 * what the lines mean.
 */
#ifndef PIHOOK_LOCKS_GRAPH_FILE_H
#define PIHOOK_LOCKS_GRAPH_FILE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Once, at start: from now on the graph goes to that file (base/sink.h); empty: to none, and
 * nothing is kept.  `seed` differs from process to process.
 */
void graph_file_start(const char *path, uint64_t seed);

/* Writes what is new, without the guard.  Any thread; one writes, the others don't wait. */
void graph_file_write(void);

/* In the child of a fork, which goes on with its parent's graph (`whole`) or with an empty one. */
void graph_file_forked(bool whole, uint64_t seed);

#endif
