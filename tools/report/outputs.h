/* SPDX-License-Identifier: MIT */
/* Where a report goes, and in which forms: options --format, --output and --color. */
#ifndef PIHOOK_REPORT_OUTPUTS_H
#define PIHOOK_REPORT_OUTPUTS_H

#include "report/color.h"
#include "report/format.h"

enum { OUTPUTS_MAX = 16 };

struct output {
    const struct report_format *format;
    const char *file; /* NULL: the standard stream */
};

struct outputs {
    struct output main;              /* --format=FORMAT and --output=FILE */
    struct output more[OUTPUTS_MAX]; /* --output=FORMAT:FILE each */
    unsigned count;                  /* of these */
    enum color_when color;
};

/* The first format of all, on the standard stream. */
void outputs_init(struct outputs *outputs);

/*
 * Takes what was given with --output: FILE, of the main report, or FORMAT:FILE for one more.
 * Returns 0, or STATUS_USAGE after it told what is wrong with it.  Keeps the string.
 */
int outputs_add(struct outputs *outputs, const char *given);

/*
 * Writes all of them, all that can be written.  `quiet`: nothing goes to the standard stream.
 * Returns 0, or STATUS_FAILED after it told what could not be written.
 */
int outputs_write(const struct outputs *outputs, FILE *standard, bool quiet,
                  const struct collection *all);

#endif
