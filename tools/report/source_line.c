/* SPDX-License-Identifier: MIT */
/*
 * Called for each stack of a finding while it is read.  The name of the file comes out of the
 * finding, so whatever it names must do no harm.
 */
#include "report/source_line.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MOST = 16 << 20, LINE_MOST = 120 };

/* A pipe or a device could keep us for ever. */
static FILE *open_source(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    FILE *file;

    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &status) || !S_ISREG(status.st_mode) || status.st_size > FILE_MOST) {
        close(descriptor);
        return NULL;
    }
    file = fdopen(descriptor, "r");
    if (!file)
        close(descriptor);
    return file;
}

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
    FILE *file = location_is_file(location) ? open_source(location->file) : NULL;
    const char *words = NULL;
    char *line = NULL;
    size_t room = 0;
    unsigned number = 0;
    ssize_t length;

    while (file && (length = getline(&line, &room, file)) >= 0)
        if (++number == location->line) {
            if (make_clean(line, (size_t)length))
                words = pool_print(pool, "%u | %s", number, line);
            break;
        }
    free(line);
    if (file)
        fclose(file);
    return words;
}
