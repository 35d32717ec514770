/* SPDX-License-Identifier: MIT */
/* Traces in the formats that were asked for. */
#ifndef PIHOOK_TRACE_TRACE_REPORT_H
#define PIHOOK_TRACE_TRACE_REPORT_H

#include "report/outputs.h"

#include <stdbool.h>
#include <stddef.h>

enum { TRACE_REPORT_LIMIT = 25 };

/* Is one of them a trace, or are all of them folders? */
bool trace_report_takes(char *const *paths, size_t count);

/* Takes the value of option --limit; returns 0, or STATUS_USAGE after it told what is wrong. */
int trace_report_choose_limit(const char *given, unsigned *limit);

/*
 * Reads them and writes all outputs, each of which has a format of traces.  `limit` as in struct
 * trace_style; `standard` is the stream of an output without a file.  Returns 0, STATUS_NO if
 * something could not be read, or STATUS_FAILED.
 */
int trace_report(const struct outputs *outputs, unsigned limit, char *const *paths, size_t count,
                 FILE *standard);

#endif
