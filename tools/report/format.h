/* SPDX-License-Identifier: MIT */
/* The formats of `pihook report`, a file each. */
#ifndef PIHOOK_REPORT_FORMAT_H
#define PIHOOK_REPORT_FORMAT_H

#include "report/collection.h"

#include <stdbool.h>
#include <stdio.h>

struct report_style {
    bool color;
};

/* Errors of `out` are seen by the caller at the end. */
struct report_format {
    const char *name;
    const char *meaning; /* a line of the help */
    /* Called once, before the first finding.  May be NULL. */
    void (*begin)(FILE *out, const struct collection *all, const struct report_style *style);
    /* Called for each finding that is shown, in the order of reading.  May be NULL. */
    void (*record)(FILE *out, const struct record *record, const struct report_style *style);
    /* Called once, after the last finding, also if there was none.  May be NULL. */
    void (*end)(FILE *out, const struct collection *all, const struct report_style *style);
    bool shows_known; /* what a baseline knows is given to `record`, too, to be marked */
    /* A program that turns what was printed into the format, as for execvp(3).  May be NULL. */
    const char *const *filter;
    /* What else is written somewhere, once the whole is.  Returns as format_write.  May be NULL. */
    int (*after)(const struct collection *all);
};

extern const struct report_format format_dot, format_github, format_gitlab, format_json,
    format_junit, format_sarif, format_svg, format_text;

/* All of them, the default first; a NULL ends the list. */
extern const struct report_format *const formats[];

/* Sets *format; returns 0, or STATUS_USAGE after it told what is wrong with the name. */
int format_choose(const char *name, const struct report_format **format);

/* NULL: there is none of that name. */
const struct report_format *format_find(const char *name);

/* All but what the filter does, and what comes after. */
void format_print(const struct report_format *format, FILE *out, const struct collection *all,
                  const struct report_style *style);

/*
 * Writes the whole.  Returns 0, or STATUS_FAILED after it told what failed; errors of
 * `out` are seen by the caller.
 */
int format_write(const struct report_format *format, FILE *out, const struct collection *all,
                 const struct report_style *style);

#endif
