/* SPDX-License-Identifier: MIT */
/* Called for each file, by `pihook report`, `pihook merge` and `pihook run`. */
#include "report/reading.h"

#include "command.h"
#include "graph/input.h"
#include "progress.h"
#include "report/input.h"

#include <string.h>
#include <sys/stat.h>

enum { TOLD_MAX = 20 };

/* One file while it is read. */
struct source {
    struct collection *collection;
    struct graph_input *graph; /* or NULL */
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

static void take(struct source *source, struct members *members, const struct input_line *line)
{
    if (source->graph && graph_input_is_line(line->bytes, line->count))
        graph_input_line(source->graph, members, line->bytes, line->count);
    else if (source->collection)
        collection_add(source->collection, members, line->bytes, line->count);
    else if (line->count == 0 || *line->bytes != '{')
        member_expect(members, "a line of a lock-order graph, which begins with {\"record\":");
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
        take(source, &members, line);
    if (*members.expected)
        tell(source, line->number, members.expected);
}

static uint64_t bytes_of(const char *path)
{
    struct stat status;

    return strcmp(path, "-") && stat(path, &status) == 0 && S_ISREG(status.st_mode)
               ? (uint64_t)status.st_size
               : 0;
}

bool reading_all(struct collection *collection, struct graph *graph, char *const *paths)
{
    uint64_t whole = 0;
    bool read = true;

    for (char *const *path = paths; *path; path++)
        whole += bytes_of(*path);
    progress_begin("reading", whole);
    for (; *paths; paths++)
        read = reading_add(collection, graph, *paths, false) && read;
    progress_end();
    return read;
}

bool reading_add(struct collection *collection, struct graph *graph, const char *path,
                 bool may_be_cut)
{
    struct graph_input input;
    struct members members = {""};
    struct source source = {.collection = collection,
                            .graph = graph ? &input : NULL,
                            .name = strcmp(path, "-") ? path : "standard input",
                            .may_be_cut = may_be_cut};

    graph_input_begin(&input, graph, may_be_cut ? NULL : source.name);
    int error = input_read(path, read_line, &source);

    graph_input_end(&input, &members);
    if (*members.expected)
        fail(STATUS_NO, "%s: expected %s", source.name, members.expected);
    if (source.wrong > TOLD_MAX)
        fail(STATUS_NO, "%s: and %lu more lines that are no findings", source.name,
             source.wrong - TOLD_MAX);
    if (error)
        fail(STATUS_NO, "%s: %s", source.name, strerror(-error));
    return !error && !source.wrong && !*members.expected;
}
