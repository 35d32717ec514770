/* SPDX-License-Identifier: MIT */
/*
 * Called for each stack of a finding while it is read.  The name of the file comes out of the
 * finding, so whatever it names must do no harm.
 */
#include "report/source_line.h"

#include "report/line_of_file.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { FILE_MOST = 16 << 20, LINE_MOST = 120 };

/* Cuts it, and leaves no sign in it that moves a terminal's cursor.  False: nothing is left. */
static bool make_clean(char *line, size_t length)
{
    bool any = false;

    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    if (length > LINE_MOST)
        for (length = LINE_MOST; length > 0 && ((unsigned char)line[length] & 0xc0) == 0x80;)
            length--; /* not in the middle of a character */
    line[length] = '\0';
    for (char *c = line; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = *c == '\t' ? ' ' : '?';
        any |= *c != ' ';
    }
    return any;
}

const char *source_line(struct pool *pool, const struct location *location)
{
    char line[LINE_BYTES];

    if (!location_is_file(location) ||
        !line_of_file(location->file, location->line, FILE_MOST, line, sizeof line) ||
        !make_clean(line, strlen(line)))
        return NULL;
    return pool_print(pool, "%u | %s", location->line, line);
}
