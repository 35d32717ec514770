/* SPDX-License-Identifier: MIT */
/* The table of formats.  Called by `pihook report`. */
#include "report/format.h"

#include <string.h>

const struct report_format *const formats[] = {&format_text, &format_json, NULL};

const struct report_format *format_find(const char *name)
{
    for (size_t i = 0; formats[i]; i++)
        if (!strcmp(formats[i]->name, name))
            return formats[i];
    return NULL;
}

void format_write(const struct report_format *format, FILE *out, const struct collection *all,
                  const struct report_style *style)
{
    if (format->begin)
        format->begin(out, all, style);
    for (size_t i = 0; i < all->count; i++)
        format->record(out, all->records[i], style);
    if (format->end)
        format->end(out, all, style);
}
