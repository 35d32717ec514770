/* SPDX-License-Identifier: MIT */
/* Reads files line by line.  Called by `pihook report`; any bytes may come. */
#include "report/input.h"

#include "progress.h"
#include "report/pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
    char *bytes;
    size_t count, room;
};

/* What was read of the file and is in no line yet: bytes[at..end). */
struct block {
    FILE *file;
    char bytes[1 << 16];
    size_t at, end;
};

static void keep(struct buffer *buffer, const char *bytes, size_t count)
{
    if (buffer->room - buffer->count <= count) {
        buffer->room += buffer->room + count + 4096;
        buffer->bytes = realloc(buffer->bytes, buffer->room);
        if (!buffer->bytes)
            no_memory();
    }
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
}

static bool refill(struct block *block)
{
    block->at = 0;
    block->end = fread(block->bytes, 1, sizeof block->bytes, block->file);
    progress_add(block->end);
    return block->end > 0;
}

/* False at the end of the file. */
static bool read_line(struct block *block, struct buffer *buffer, struct input_line *line)
{
    *line = (struct input_line){.number = line->number + 1};
    buffer->count = 0;
    while (!line->whole && (block->at < block->end || refill(block))) {
        const char *from = block->bytes + block->at;
        const char *end = memchr(from, '\n', block->end - block->at);
        size_t count = end ? (size_t)(end - from) : block->end - block->at;

        line->too_long |= count > INPUT_LINE_MAX - buffer->count;
        if (!line->too_long)
            keep(buffer, from, count);
        line->whole = end != NULL;
        block->at += count + line->whole;
    }
    line->bytes = line->too_long ? "" : buffer->bytes;
    line->count = line->too_long ? 0 : buffer->count;
    return line->whole || line->too_long || buffer->count > 0;
}

static FILE *open_input(const char *path)
{
    return strcmp(path, "-") != 0 ? fopen(path, "re") : stdin;
}

int input_read(const char *path, void (*visit)(void *argument, const struct input_line *line),
               void *argument)
{
    struct block block = {.file = open_input(path)};
    struct buffer buffer = {0};
    struct input_line line = {0};
    int error;

    if (!block.file)
        return -errno;
    errno = 0;
    while (read_line(&block, &buffer, &line)) {
        visit(argument, &line);
        errno = 0; /* of what ends the loop, nothing else may have set it */
    }
    error = !ferror(block.file) ? 0 : errno != 0 ? errno : EIO;
    free(buffer.bytes);
    if (block.file != stdin)
        fclose(block.file);
    return -error;
}
