/* SPDX-License-Identifier: MIT */
/*
 * Locks in the statistics, by their class.
 *
 * They are used by the million, by all threads at once: each thread counts for itself, and
 * whoever reads adds it up.  The functions that make something are serialised by the caller
 * and return NULL where there is no memory.
 */
#ifndef PIHOOK_TRACE_STATS_LOCKS_H
#define PIHOOK_TRACE_STATS_LOCKS_H

#include "trace/numbers.h"
#include "trace/spread.h"

#include <stdint.h>

/*
 * What a thread, and after its end another one, has counted of the locks of a class.  On cache
 * lines of its own.
 */
struct stats_count {
    _Alignas(128) struct stats_count *next; /* of another thread */
    uint64_t acquired;
    struct spread waits, holds;
};

struct stats_lock {
    uint32_t lock_class; /* 0: those whose class is unknown */
    uint8_t kind;        /* enum lock_kind */
    struct stats_count *counts;
};

enum { STATS_RECENT = 8 }; /* counts that a thread finds without a search */

/* The counts of a thread that lives. */
struct stats_tally {
    uint32_t thread; /* 0: nobody's */
    struct stats_tally *next_unused;
    struct numbers numbers; /* of its counts, by the key of their lock */
    struct {
        uint64_t key;
        struct stats_count *count;
    } recent[STATS_RECENT];
};

/* A thread begins to count, and has ended: then the next one that begins goes on with it. */
struct stats_tally *stats_tally(uint32_t thread);
void stats_tally_end(struct stats_tally *tally);

/* Only by its own thread; NULL: it has counted none of that class and kind. */
struct stats_count *stats_count_known(struct stats_tally *tally, uint32_t lock_class,
                                      unsigned kind);
struct stats_count *stats_count(struct stats_tally *tally, uint32_t lock_class, unsigned kind);

/* All of them, by number from 1 on, up to NULL. */
const struct stats_lock *stats_lock_at(uint32_t number);

/* What all have counted, or nearly so while they go on. */
void stats_lock_sum(const struct stats_lock *lock, struct stats_count *sum);

/* In the child of a fork. */
void stats_locks_forget(void);

#endif
