/* SPDX-License-Identifier: MIT */
/*
 * A trace file as rows of records.  Any bytes may come: what is handed out lies within the file,
 * and is all that was whole of it.
 */
#ifndef PIHOOK_TRACE_FILE_H
#define PIHOOK_TRACE_FILE_H

#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>

struct trace_records {
    const unsigned char *bytes; /* count * TRACE_RECORD, aligned to 8 */
    uint32_t count;
    uint64_t sequence;
};

/* Ordered by their sequence. */
struct trace_chunks {
    struct trace_records *items;
    size_t count, room;
};

struct trace_file {
    const char *path; /* the caller's */
    struct trace_header header;
    struct trace_chunks definitions, events;
    bool cut;    /* something is missing, or no chunk where one must be */
    void *bytes; /* mapped; NULL: somebody else's */
    size_t size;
};

/* Does a file begin as a trace does?  False also when it can't be read. */
bool trace_file_is(const char *path);

/* Only file->header is filled.  Returns 0, or STATUS_NO after it told what is wrong. */
int trace_file_peek(struct trace_file *file, const char *path);

/* Maps it.  Returns 0, or STATUS_NO after it told what is wrong. */
int trace_file_open(struct trace_file *file, const char *path);

/* The same of bytes in memory, aligned to 8, which stay the caller's. */
int trace_file_of_bytes(struct trace_file *file, const char *path, const void *bytes, size_t size);

void trace_file_close(struct trace_file *file);

#endif
