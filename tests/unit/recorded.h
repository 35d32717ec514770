/* SPDX-License-Identifier: MIT */
/* A trace file as its writer left it, for the tests of the writer: records as they stand there. */
#ifndef PIHOOK_TESTS_RECORDED_H
#define PIHOOK_TESTS_RECORDED_H

#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>

/* Opens a trace file of that name in the working directory, with room for so many chunks. */
void record_to(const char *name, size_t chunks, bool keep_newest);

/* The bytes of a file, until the next call; fails the case if there is no such file. */
const char *recorded(const char *name, size_t *bytes);
const struct trace_header *recorded_header(const char *name);

/* The chunk at that position, the header being 0; NULL: there is none. */
const struct trace_chunk *recorded_chunk(const char *name, size_t position);

/* The definition of that kind and number, or NULL; its data goes on behind it. */
const struct trace_definition *
recorded_definition(const char *name, enum trace_definition_kind kind, uint32_t number);

/* How many there are of a kind. */
unsigned recorded_definitions(const char *name, enum trace_definition_kind kind);

/* Is the string of that number just this text? */
bool recorded_string_is(const char *name, uint32_t number, const char *text);

/* How many events of that kind and value there are. */
unsigned recorded_events(const char *name, enum trace_event_kind kind, uint32_t value);

/* cmocka's setup and teardown: a folder of the case's own, and all of the recorder forgotten. */
int recording_enter(void **state);
int recording_leave(void **state);

#define CASE_RECORDING(sentence, function)                         \
    {                                                              \
        sentence, function, recording_enter, recording_leave, NULL \
    }

#endif
