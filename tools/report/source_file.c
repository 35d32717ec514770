/* SPDX-License-Identifier: MIT */
/*
 * Names of source files.  Called for each place with a line.  Nothing is looked up: the sources
 * need not be on this machine.
 */
#include "report/source_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_part(const char *part, size_t length, const char *name)
{
    return length == strlen(name) && !memcmp(part, name, length);
}

/* Where the last part of start[0..end) begins. */
static char *last_part(char *start, char *end)
{
    while (end > start && end[-1] != '/')
        end--;
    return end;
}

static char *go_up(char *start, char *end)
{
    char *last = last_part(start, end);

    return last > start ? last - 1 : last;
}

static bool can_go_up(char *start, char *end)
{
    char *last = last_part(start, end);

    return end > start && !is_part(last, (size_t)(end - last), "..");
}

/* In place: what is kept never reaches what is still to be looked at. */
static void tidy(char *path)
{
    char *start = path + (*path == '/'), *end = start;
    size_t length;

    for (const char *part = start; *part; part += length + (part[length] == '/')) {
        length = strcspn(part, "/");
        if (length == 0 || is_part(part, length, "."))
            continue;
        if (is_part(part, length, "..") && can_go_up(start, end)) {
            end = go_up(start, end);
            continue;
        }
        if (end > start)
            *end++ = '/';
        memmove(end, part, length);
        end += length;
    }
    *end = '\0';
}

void source_file_whole(const char *folder, const char *file, char whole[PATH_MAX])
{
    bool alone = *file == '/' || *folder != '/';
    int length = snprintf(whole, PATH_MAX, "%s%s%s", alone ? "" : folder, alone ? "" : "/", file);

    if (length < 0 || length >= PATH_MAX)
        *whole = '\0';
    tidy(whole);
}
