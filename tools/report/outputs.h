/* SPDX-License-Identifier: MIT */
/* Where a report goes, and in which forms: options --format, --output and --color. */
#ifndef PIHOOK_REPORT_OUTPUTS_H
#define PIHOOK_REPORT_OUTPUTS_H

#include "report/color.h"
#include "report/format.h"
#include "trace/formats.h"

enum { OUTPUTS_MAX = 16 };

/* Some names are formats of findings and of traces: which one is meant, the input tells. */
struct output {
    const struct report_format *format; /* NULL: it is none of findings */
    const struct trace_format *trace;   /* NULL: it is none of traces */
    const char *file;                   /* NULL: the standard stream */
};

struct outputs {
    struct output main;              /* --format=FORMAT and --output=FILE */
    struct output more[OUTPUTS_MAX]; /* --output=FORMAT:FILE each */
    unsigned count;                  /* of these */
    enum color_when color;
    bool findings_only; /* no format of traces is taken */
};

/* The first format of all, on the standard stream. */
void outputs_init(struct outputs *outputs);

/* Sets the format of `main`; returns 0, or STATUS_USAGE after it told what is wrong with it. */
int outputs_choose(struct outputs *outputs, const char *name);

/*
 * Takes what was given with --output: FILE, of the main report, or FORMAT:FILE for one more.
 * Returns 0, or STATUS_USAGE after it told what is wrong with it.  Keeps the string.
 */
int outputs_add(struct outputs *outputs, const char *given);

/* The first whose format is none of traces, or none of findings; NULL: each can print them. */
const struct output *outputs_unfit(const struct outputs *outputs, bool for_traces);

/* Writes to one of them.  Returns 0, or STATUS_FAILED after it told why. */
typedef int output_function(const struct output *output, FILE *out, bool color,
                            const void *argument);

/* Calls the function for all of them, as below. */
int outputs_each(const struct outputs *outputs, FILE *standard, bool quiet, output_function *write,
                 const void *argument);

/*
 * Writes all of them, of findings, all that can be written.  `quiet`: nothing goes to the standard
 * stream. Returns 0, or STATUS_FAILED after it told what could not be written.
 */
int outputs_write(const struct outputs *outputs, FILE *standard, bool quiet,
                  const struct collection *all);

#endif
