/* SPDX-License-Identifier: MIT */
/*
 * The trace file while it is written: chunks are added to it and handed out, and, once it has
 * reached its bound, handed out again.  One file a process.
 *
 * All else than what says "any thread" is serialised by the caller.  Each chunk has its room on the
 * disk before it is written to, so that a full disk stops the recorder and not the program.
 */
#ifndef PIHOOK_TRACE_FILE_H
#define PIHOOK_TRACE_FILE_H

#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>

struct trace_file_options {
    const char *path; /* its name in this process, from the root on */
    size_t bound;     /* bytes; what is there already stays within it */
    bool keep_newest; /* at the bound the oldest events go; else recording stops */
    bool forked;
};

/*
 * Creates the file; where one of that name exists, `path`.1, `path`.2 and so on, and where a
 * hundred do, with the process ID.  Returns 0 or a negative errno.
 */
int trace_file_open(const struct trace_file_options *options);

/* Is there one, and is it this process that has opened it, and has not ended it?  Any thread. */
bool trace_file_is_ours(void);

/*
 * A chunk of that kind with room in it, which nobody else writes; NULL: there is none.  At
 * most half of the file is for definitions.
 */
struct trace_chunk *trace_chunk_take(enum trace_chunk_kind kind);

/* Would there be one, as far as can be told without asking the disk?  Any thread. */
bool trace_chunk_is_free(enum trace_chunk_kind kind);

/* Its thread writes no more: it may be taken again, from where it is. */
void trace_chunk_give(struct trace_chunk *chunk);

/* Adds to the header's flags.  Any thread. */
void trace_file_mark(enum trace_header_flag flag);

/* Counts events that were not recorded.  Any thread. */
void trace_file_lost(uint64_t events);

/* The process exits.  What other threads still record is added. */
void trace_file_end(int status);

/* In the child of a fork: the file is the parent's, and no part of it may be touched. */
void trace_file_forget(void);

#endif
