/* SPDX-License-Identifier: MIT */
/* Called for each file of findings, by `pihook report` and `pihook run`. */
#include "report/reading.h"

#include "command.h"
#include "report/input.h"

#include <string.h>

enum { TOLD_MAX = 20 };

/* One file while it is read. */
struct source {
    struct collection *collection;
    const char *name;
    bool may_be_cut;
    unsigned long wrong; /* lines that could not be read */
};

static void tell(struct source *source, unsigned long line, const char *expected)
{
    if (source->wrong++ < TOLD_MAX)
        fail(STATUS_NO, "%s:%lu: expected %s", source->name, line, expected);
}

static bool is_blank(const struct input_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (!strchr(" \t\r", line->bytes[i]) || !line->bytes[i])
            return false;
    return true;
}

static void read_line(void *argument, const struct input_line *line)
{
    struct source *source = argument;
    struct members members = {""};

    if (!line->whole && source->may_be_cut)
        return;
    if (line->too_long)
        member_expect(&members, "a finding, but the line is longer than %d bytes", INPUT_LINE_MAX);
    else if (!is_blank(line))
        collection_add(source->collection, &members, line->bytes, line->count);
    if (*members.expected)
        tell(source, line->number, members.expected);
}

bool reading_add(struct collection *collection, const char *path, bool may_be_cut)
{
    struct source source = {.collection = collection,
                            .name = strcmp(path, "-") ? path : "standard input",
                            .may_be_cut = may_be_cut};
    int error = input_read(path, read_line, &source);

    if (source.wrong > TOLD_MAX)
        fail(STATUS_NO, "%s: and %lu more lines that are no findings", source.name,
             source.wrong - TOLD_MAX);
    if (error)
        fail(STATUS_NO, "%s: %s", source.name, strerror(-error));
    return !error && !source.wrong;
}
