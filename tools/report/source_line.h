/* SPDX-License-Identifier: MIT */
/* A line of a source file, as it is quoted below the place that it is. */
#ifndef PIHOOK_REPORT_SOURCE_LINE_H
#define PIHOOK_REPORT_SOURCE_LINE_H

#include "report/location.h"
#include "report/pool.h"

/*
 * "12 |     with lock:", without control characters and cut where it is very long.  NULL where
 * the file is not there, is no ordinary one, or has no such line, or an empty one.
 */
const char *source_line(struct pool *pool, const struct location *location);

#endif
