/* SPDX-License-Identifier: MIT */
/* Reads files line by line.  Called by `pihook report`; any bytes may come. */
#include "report/input.h"

#include "report/pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
    char *bytes;
    size_t count, room;
};

static void keep(struct buffer *buffer, int byte)
{
    if (buffer->count == buffer->room) {
        buffer->room = buffer->room > 0 ? buffer->room * 2 : 4096;
        buffer->bytes = realloc(buffer->bytes, buffer->room);
        if (!buffer->bytes)
            no_memory();
    }
    buffer->bytes[buffer->count++] = (char)byte;
}

/* False at the end of the file. */
static bool read_line(FILE *file, struct buffer *buffer, struct input_line *line)
{
    int byte;

    *line = (struct input_line){.number = line->number + 1};
    buffer->count = 0;
    while ((byte = getc_unlocked(file)) != EOF && byte != '\n') {
        if (buffer->count < INPUT_LINE_MAX)
            keep(buffer, byte);
        else
            line->too_long = true;
    }
    line->bytes = line->too_long ? "" : buffer->bytes;
    line->count = line->too_long ? 0 : buffer->count;
    line->whole = byte == '\n';
    return line->whole || buffer->count > 0;
}

static FILE *open_input(const char *path)
{
    return strcmp(path, "-") != 0 ? fopen(path, "re") : stdin;
}

int input_read(const char *path, void (*visit)(void *argument, const struct input_line *line),
               void *argument)
{
    FILE *file = open_input(path);
    struct buffer buffer = {0};
    struct input_line line = {0};
    int error;

    if (!file)
        return -errno;
    errno = 0;
    while (read_line(file, &buffer, &line)) {
        visit(argument, &line);
        errno = 0; /* of what ends the loop, nothing else may have set it */
    }
    error = ferror(file) ? errno : 0;
    free(buffer.bytes);
    if (file != stdin)
        fclose(file);
    return -error;
}
