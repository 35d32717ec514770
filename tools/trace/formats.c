/* SPDX-License-Identifier: MIT */
/* The table of formats of traces.  Called by `pihook report`. */
#include "trace/formats.h"

#include <string.h>

const struct trace_format *const trace_formats[] = {
    &trace_format_text,
    &trace_format_html,
    &trace_format_json,
    &trace_format_importtime,
    &trace_format_perfetto,
    &trace_format_chrome,
    &trace_format_speedscope,
    &trace_format_collapsed,
    NULL,
};

const struct trace_format *trace_format_find(const char *name)
{
    for (size_t i = 0; trace_formats[i]; i++)
        if (!strcmp(trace_formats[i]->name, name))
            return trace_formats[i];
    return NULL;
}
