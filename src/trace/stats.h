/* SPDX-License-Identifier: MIT */
/*
 * Statistics that are kept while the process runs: of places that wait, of the interpreter's
 * lock by thread, of imports by module; of locks see stats_locks.h.
 *
 * The functions that make a record are serialised by the caller and return NULL where there
 * is no memory.  Looking for one takes no lock; any thread may add to the record of a place,
 * and only its own thread to that of a thread.  Nothing is ever given back, but where there
 * have been many threads the record of one that ended becomes another's.
 */
#ifndef PIHOOK_TRACE_STATS_H
#define PIHOOK_TRACE_STATS_H

#include "trace/spread.h"

#include <stddef.h>
#include <stdint.h>

struct stats_place {
    const void *place;
    struct spread waits;
};

struct stats_module {
    const char *name;
    uint64_t times;
    int64_t self, cumulative, longest;
};

enum { STATS_IMPORTS_DEEP = 128, STATS_NAME_BYTES = 40, STATS_THREADS = 256 };

/* A thread, also when it has ended. */
struct stats_thread {
    uint32_t number; /* 0: all those that have no record of their own any more */
    int32_t tid;
    char name[STATS_NAME_BYTES];
    int64_t began, ended; /* 0: it lives */
    struct spread interpreter_waits, interpreter_holds;
    int64_t interpreter_since; /* it has it, or waits for it, since then; 0: neither */
    unsigned depth;            /* imports that are under way */
    struct {
        struct stats_module *module;
        int64_t began, within; /* of that, in imports that it made */
    } imports[STATS_IMPORTS_DEEP];
};

struct stats_place *stats_place_known(const void *place);
struct stats_place *stats_place(const void *place);

/*
 * A new one.  With more than STATS_THREADS it is taken from the ended thread that used the
 * interpreter's lock least; what that one used is added up with others of its kind.
 */
struct stats_thread *stats_thread(uint32_t number);

/* The name is copied. */
struct stats_module *stats_module(const char *name);

/* An import begins and ends in a thread; what it takes itself is known at the end. */
void stats_import_begins(struct stats_thread *thread, struct stats_module *module, int64_t now);
void stats_import_ends(struct stats_thread *thread, int64_t now);

/* It waited for another thread's import, which is no time of its own. */
void stats_import_waited(struct stats_thread *thread, int64_t nanoseconds);

/* All of one kind, by number from 1 on, up to NULL. */
const struct stats_place *stats_place_at(uint32_t number);
const struct stats_thread *stats_thread_at(uint32_t number);
const struct stats_module *stats_module_at(uint32_t number);

/* In the child of a fork: what it does is counted from nothing on. */
void stats_forget(void);

#endif
