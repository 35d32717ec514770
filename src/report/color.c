/* SPDX-License-Identifier: MIT */
/*
 * Colours.  The environment is read once; whether stderr is a terminal is asked for each
 * finding, because daemons put a file in its place.
 */
#include "report/color.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum { OFF, ON, ON_TERMINAL } decision;

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value != NULL && *value != '\0';
}

static int by_environment(void)
{
    if (is_set("NO_COLOR"))
        return OFF;
    if (is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0)
        return ON;
    return is_set("TERM") && strcmp(getenv("TERM"), "dumb") != 0 ? ON_TERMINAL : OFF;
}

void color_configure(enum color_when when)
{
    if (when == COLOR_AUTO)
        decision = by_environment();
    else
        decision = when == COLOR_ALWAYS ? ON : OFF;
}

bool color_is_on_for(int descriptor)
{
    return decision == ON || (decision == ON_TERMINAL && isatty(descriptor) == 1);
}

bool color_is_on(void)
{
    return decision != OFF && log_is_on_stderr() && color_is_on_for(STDERR_FILENO);
}
