/* SPDX-License-Identifier: MIT */
/* Another program that turns one form of a report into another. */
#ifndef PIHOOK_REPORT_FILTER_H
#define PIHOOK_REPORT_FILTER_H

#include <stdio.h>

/*
 * Runs argv[0], looked for in PATH, from `in`, where that file stands now, to `out`.  Both need
 * descriptors.  Returns 0, or STATUS_FAILED after it told why format `name` can't be had.
 */
int filter_run(const char *const *argv, const char *name, FILE *in, FILE *out);

#endif
