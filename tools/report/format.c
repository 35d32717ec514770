/* SPDX-License-Identifier: MIT */
/* The table of formats.  Called by `pihook report` and `pihook run`. */
#include "report/format.h"

#include "command.h"

#include "base/nearest.h"
#include "report/filter.h"

#include <errno.h>
#include <string.h>

enum { FORMATS_MAX = 32 };

const struct report_format *const formats[] = {&format_text,  &format_json,   &format_sarif,
                                               &format_junit, &format_github, &format_gitlab,
                                               &format_dot,   &format_svg,    NULL};

const struct report_format *format_find(const char *name)
{
    for (size_t i = 0; formats[i]; i++)
        if (!strcmp(formats[i]->name, name))
            return formats[i];
    return NULL;
}

void format_print(const struct report_format *format, FILE *out, const struct collection *all,
                  const struct report_style *style)
{
    if (format->begin)
        format->begin(out, all, style);
    for (size_t i = 0; i < all->count && format->record; i++)
        if (format->shows_known || !all->records[i]->known)
            format->record(out, all->records[i], style);
    if (format->end)
        format->end(out, all, style);
}

/* A temporary file in between: both programs may be as slow as they like. */
static int write_filtered(const struct report_format *format, FILE *out,
                          const struct collection *all, const struct report_style *style)
{
    FILE *between = tmpfile();
    bool printed;

    if (!between)
        return fail(STATUS_FAILED, "no temporary file can be made: %s", strerror(errno));
    format_print(format, between, all, style);
    printed = !ferror(between) && fseek(between, 0, SEEK_SET) == 0;
    int failed = printed ? filter_run(format->filter, format->name, between, out)
                         : fail(STATUS_FAILED, "a temporary file can't be written");

    fclose(between);
    return failed;
}

int format_write(const struct report_format *format, FILE *out, const struct collection *all,
                 const struct report_style *style)
{
    if (format->filter)
        return write_filtered(format, out, all, style);
    format_print(format, out, all, style);
    return format->after ? format->after(all) : 0;
}

int format_choose(const char *name, const struct report_format **format)
{
    const char *names[FORMATS_MAX], *nearest;
    size_t count = 0;

    *format = format_find(name);
    if (*format)
        return 0;
    for (; formats[count] && count < FORMATS_MAX; count++)
        names[count] = formats[count]->name;
    nearest = nearest_name(name, names, count);
    if (nearest)
        return fail(STATUS_USAGE, "unknown format %s: did you mean %s?", name, nearest);
    return fail(STATUS_USAGE, "unknown format %s (pihook report --help lists them)", name);
}
