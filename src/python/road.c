/* SPDX-License-Identifier: MIT */
/* What is known of each road.  Written while a Python starts, read by status(). */
#include "python/road.h"

#include "base/text.h"

#include <stdarg.h>

static struct road_state states[ROAD_COUNT];

void road_take(enum road_name name, const char *road)
{
    states[name].road = road;
    states[name].why[0] = '\0';
}

void road_refuse(enum road_name name, ...)
{
    struct text text = text_in(states[name].why, sizeof states[name].why);
    va_list strings;

    va_start(strings, name);
    for (const char *next; (next = va_arg(strings, const char *)) != NULL;)
        text_add(&text, next);
    va_end(strings);
}

const struct road_state *road_state(enum road_name name)
{
    return &states[name];
}
