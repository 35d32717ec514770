/* SPDX-License-Identifier: MIT */
/* Reads trace files record by record.  Linked to the tests of the recorder's parts. */
#include "recorded.h"

#include "unit.h"

#include "base/memory.h"
#include "scratch.h"
#include "trace/define.h"
#include "trace/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void record_to(const char *name, size_t chunks, bool keep_newest)
{
    char path[4096];

    assert_non_null(getcwd(path, sizeof path - 300));
    strcat(path, "/");
    strcat(path, name);
    assert_int_equal(trace_file_open(&(struct trace_file_options){
                         .path = path, .bound = chunks * TRACE_CHUNK, .keep_newest = keep_newest}),
                     0);
}

const char *recorded(const char *name, size_t *bytes)
{
    static char *copy;
    struct stat status;
    int file = open(name, O_RDONLY | O_CLOEXEC);

    assert_true(file >= 0 && fstat(file, &status) == 0);
    free(copy);
    *bytes = (size_t)status.st_size;
    copy = malloc(*bytes + 1);
    assert_int_equal(read(file, copy, *bytes), *bytes);
    close(file);
    return copy;
}

const struct trace_header *recorded_header(const char *name)
{
    size_t bytes;
    const char *file = recorded(name, &bytes);

    assert_true(bytes >= sizeof(struct trace_header));
    assert_memory_equal(file, TRACE_MAGIC, 8);
    return (const struct trace_header *)file;
}

const struct trace_chunk *recorded_chunk(const char *name, size_t position)
{
    size_t bytes;
    const char *file = recorded(name, &bytes);

    if ((position + 1) * TRACE_CHUNK > bytes)
        return NULL;
    const struct trace_chunk *chunk = (const struct trace_chunk *)(file + position * TRACE_CHUNK);
    return chunk->magic == TRACE_CHUNK_MAGIC ? chunk : NULL;
}

/* Calls `see` for each record of the chunks of that kind, until it says that it has seen enough. */
static const void *walk(const char *name, enum trace_chunk_kind kind,
                        bool (*see)(const void *record, void *argument), void *argument)
{
    size_t bytes;
    const char *file = recorded(name, &bytes);

    for (size_t at = TRACE_CHUNK; at + TRACE_CHUNK <= bytes; at += TRACE_CHUNK) {
        const struct trace_chunk *chunk = (const struct trace_chunk *)(file + at);

        if (chunk->magic != TRACE_CHUNK_MAGIC || chunk->kind != kind)
            continue;
        assert_true(chunk->used <= TRACE_CHUNK_RECORDS);
        for (uint32_t i = 0; i < chunk->used; i++) {
            const struct trace_definition *record = (const void *)(chunk + 1 + i);

            if (see(record, argument))
                return record;
            if (kind == TRACE_DEFINITIONS)
                i += record->more;
        }
    }
    return NULL;
}

/* ---- definitions ---- */

struct wanted {
    unsigned kind;
    uint32_t number;
    unsigned count;
};

static bool is_wanted(const void *record, void *argument)
{
    const struct trace_definition *definition = record;
    struct wanted *wanted = argument;

    wanted->count += definition->kind == wanted->kind;
    return definition->kind == wanted->kind && definition->number == wanted->number;
}

const struct trace_definition *recorded_definition(const char *name,
                                                   enum trace_definition_kind kind, uint32_t number)
{
    struct wanted wanted = {.kind = kind, .number = number};

    return walk(name, TRACE_DEFINITIONS, is_wanted, &wanted);
}

unsigned recorded_definitions(const char *name, enum trace_definition_kind kind)
{
    struct wanted wanted = {.kind = kind, .number = UINT32_MAX};

    walk(name, TRACE_DEFINITIONS, is_wanted, &wanted);
    return wanted.count;
}

bool recorded_string_is(const char *name, uint32_t number, const char *text)
{
    const struct trace_definition *string = recorded_definition(name, TRACE_STRING, number);

    return string != NULL && string->string.length == strlen(text) &&
           memcmp(string->string.text, text, strlen(text)) == 0;
}

/* ---- events ---- */

static bool count_event(const void *record, void *argument)
{
    const struct trace_event *event = record;
    struct wanted *wanted = argument;

    wanted->count += event->kind == wanted->kind && event->value == wanted->number;
    return false;
}

unsigned recorded_events(const char *name, enum trace_event_kind kind, uint32_t value)
{
    struct wanted wanted = {.kind = kind, .number = value};

    walk(name, TRACE_EVENTS, count_event, &wanted);
    return wanted.count;
}

/* ---- before and after a case ---- */

int recording_enter(void **state)
{
    return scratch_enter(state);
}

int recording_leave(void **state)
{
    memory_bound(0);
    define_forget();
    trace_file_forget();
    return scratch_leave(state);
}
