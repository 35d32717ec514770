/* SPDX-License-Identifier: MIT */
/* The lock-order graph of a run, joined with that of earlier ones in a file. */
#ifndef PIHOOK_RUN_UNION_H
#define PIHOOK_RUN_UNION_H

#include "run/folder.h"

/*
 * Adds the run's graph to the file, made if it isn't there, and the cycles of both to the
 * findings; those that the file had already are warnings.  Several runs may do so at once.
 * Returns 0, or STATUS_FAILED after it told why; the file is then as it was.
 */
int union_add(const char *path, const struct folder *folder, struct collection *all);

#endif
