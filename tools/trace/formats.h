/* SPDX-License-Identifier: MIT */
/* The formats in which `pihook report` prints traces, a file each. */
#ifndef PIHOOK_TRACE_FORMATS_H
#define PIHOOK_TRACE_FORMATS_H

#include "trace/model.h"

#include <stdio.h>

struct trace_style {
    bool color;
    unsigned width; /* columns of a line of text; 0: as many as it takes */
    unsigned limit; /* lines of a table; 0: all */
};

struct trace_format {
    const char *name;
    const char *meaning; /* a line of the help */
    /*
     * Writes the whole.  Returns 0, or STATUS_FAILED after it told what failed; errors of `out`
     * are seen by the caller.
     */
    int (*write)(FILE *out, const struct model *model, const struct trace_style *style);
    bool without_sources; /* it prints no source lines of native places: nobody looks them up */
};

extern const struct trace_format trace_format_chrome, trace_format_collapsed, trace_format_html,
    trace_format_importtime, trace_format_json, trace_format_perfetto, trace_format_speedscope,
    trace_format_text;

/* All of them, the default first; a NULL ends the list. */
extern const struct trace_format *const trace_formats[];

/* NULL: there is none of that name. */
const struct trace_format *trace_format_find(const char *name);

#endif
