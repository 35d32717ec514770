/* SPDX-License-Identifier: MIT */
/*
 * What the checks and wrappers tell the tracer.  Each does nothing while nothing is traced,
 * keeps errno, and never blocks.  `self` is the calling thread; NULL: it is not followed.
 */
#ifndef PIHOOK_PRELOAD_TRACER_H
#define PIHOOK_PRELOAD_TRACER_H

#include "config/options.h"
#include "locks/thread.h"

#include <stdbool.h>

/* Is anything recorded, or counted?  Then no lock goes a fast path. */
extern bool tracer_is_on __attribute__((visibility("hidden")));
extern bool tracer_counts __attribute__((visibility("hidden"))); /* for statistics */

/*
 * In the trace file?  These stand where the child of any fork finds zeros: also one that the
 * kernel was asked for directly writes nothing into its parent's file.  It is such a child that
 * is not told to be here when its first event comes; then it begins a file of its own.
 */
extern bool *tracer_recording __attribute__((visibility("hidden")));
extern bool *tracer_is_here __attribute__((visibility("hidden")));

/* The same question, asked in such a child.  Not under the guard. */
bool tracer_begins_here(void);

static inline bool tracer_records(void)
{
    return *tracer_recording || (!*tracer_is_here && tracer_begins_here());
}

/* Once, by the constructor, before locks are checked.  The options must stay. */
void tracer_start(const struct options *options);

/* The process exits; once more does no harm. */
void tracer_exits(int status);

/* Prints the statistics, if there are any; as they are now. */
void tracer_tell_stats(void);

/* Before a fork, in the thread that forks; and in its child. */
void tracer_forks(struct thread *self);
void tracer_forked(struct thread *self);

/* Imports, once the interpreter starts; before it does. */
void tracer_watch_imports(void);

/* ---- threads ---- */

void tracer_thread_begins(struct thread *self);
void tracer_thread_ends(struct thread *self);

/* The thread is about to create another one; its record is there. */
void tracer_thread_creates(struct thread *self, struct thread *child, const void *place);

/* `joined` is its number; a time-out is no success. */
void tracer_joins(struct thread *self, uint32_t joined, const void *place);
void tracer_detached(struct thread *self, uint32_t detached);
void tracer_joined(struct thread *self, uint32_t joined, bool success);

/* One that asked whether it has ended, and does not wait, learned that it has. */
void tracer_seen_ended(struct thread *self, uint32_t ended);

/* ---- locks ---- */

/* It is taken, and the thread is about to wait for it. */
void tracer_lock_waits(struct thread *self, const struct lock_request *request,
                       struct thread *owner);

/* Acquired, or given up; returns when, for held.since. */
int64_t tracer_lock_acquired(struct thread *self, const struct lock_request *request);
void tracer_lock_failed(struct thread *self, const struct lock_request *request);

void tracer_lock_released(struct thread *self, const struct held *entry);

/* It was destroyed, or collected. */
void tracer_lock_gone(struct thread *self, const void *lock, uint32_t lock_class,
                      enum lock_kind kind);

/* A condition, or another signal between threads. */
void tracer_waits(struct thread *self, const void *condition, const void *place);
void tracer_woken(struct thread *self, const void *condition);

/* ---- the GIL ---- */

/* It is about to change hands: the moment counts for what is told next. */
void tracer_gil_changes(struct thread *self);

void tracer_gil_waits(struct thread *self, const struct lock_request *gil);
void tracer_gil_taken(struct thread *self, const struct lock_request *gil);
void tracer_gil_dropped(struct thread *self, const void *gil);

#endif
