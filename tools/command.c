/* SPDX-License-Identifier: MIT */
/*
 * How the command tells its own failures.  Called by main.c and every subcommand.
 */
#include "command.h"

#include "base/nearest.h"
#include "progress.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { KNOWN_MAX = 32, NAME_MAX_SHOWN = 256 };

int fail(int status, const char *format, ...)
{
    va_list arguments;

    /* In order with what stdout has so far, where both are the same file. */
    fflush(stdout);
    progress_hide();
    fputs("pihook: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return status;
}

static const char *nearest_option(const char *given, const struct option *known)
{
    const char *names[KNOWN_MAX];
    size_t count = 0;

    for (; known->name && count < KNOWN_MAX; known++)
        names[count++] = known->name;
    return nearest_name(given, names, count);
}

static int fail_unknown(const char *given, const struct option *known)
{
    char name[NAME_MAX_SHOWN];
    const char *nearest;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
    nearest = nearest_option(name, known);
    if (nearest)
        return fail(STATUS_USAGE, "unknown option --%s: did you mean --%s?", name, nearest);
    return fail(STATUS_USAGE, "unknown option --%s (pihook --help lists what there is)", name);
}

int fail_option(int result, char **argv, const struct option *known)
{
    const char *given = argv[optind - 1];

    if (result == ':')
        return fail(STATUS_USAGE, "option %s needs a value", given);
    if (optopt == 0)
        return fail_unknown(given + strspn(given, "-"), known);
    for (; known->name; known++)
        if (known->val == optopt)
            return fail(STATUS_USAGE, "option --%s takes no value", known->name);
    if (isprint(optopt))
        return fail(STATUS_USAGE, "unknown option -%c (pihook --help lists what there is)", optopt);
    return fail(STATUS_USAGE, "unknown option (pihook --help lists what there is)");
}
