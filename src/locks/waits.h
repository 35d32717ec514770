/* SPDX-License-Identifier: MIT */
/*
 * The wait-for graph: which thread can't go on until which other one does.  It is not kept
 * but read off the threads' records when one is about to block, without a lock.
 */
#ifndef PIHOOK_LOCKS_WAITS_H
#define PIHOOK_LOCKS_WAITS_H

#include "locks/lock.h"
#include "locks/thread.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A thread may wait for several things at a time: once it has the lock of its interpreter it
 * goes on to wait for the other one, which is as sure to come.
 */
enum wish { WISH_LOCK, WISH_JOIN, WISH_INTERPRETER, WISHES };

/* One thread that waits, for a lock or for the end of the next. */
struct waiter {
    struct thread *thread;
    enum wish wish;
    struct lock_request wanted; /* address NULL: it waits for the end of `joined` */
    struct thread *joined;
    struct thread *last;               /* the walk's: which blocker was looked at last */
    const struct script_stack *script; /* where it is in a script, if the caller has read it */
};

/*
 * Who waits for whom: waiters[i] waits for waiters[i + 1].  The last one waits for the
 * first, or for `ended`, which is no more.
 */
struct waits {
    size_t bytes;
    struct thread *ended;
    struct script_stack *scripts; /* the caller's, one for each waiter, or NULL */
    unsigned length;
    struct waiter waiters[];
};

/*
 * The thread is about to wait for a lock (of which `owner` is known to hold it, or NULL) or,
 * with wanted->address NULL, for the end of `owner`.  Returns what it finds, to be given
 * back by waits_free(), or NULL: it will go on when others do.
 */
struct waits *waits_find(struct thread *self, const struct lock_request *wanted,
                         struct thread *owner);

/* What any thread waits for first, without end, at this moment; false: for nothing. */
bool waits_read(struct thread *thread, struct lock_request *wanted, struct thread **joined);

/* The lock as that thread holds it: a thread that waits has told its address only. */
struct lock_request waits_as_held(const struct lock_request *wanted, const struct thread *holder);

/* Is it still so?  Asked again after a moment, it tells a deadlock from a coincidence. */
bool waits_hold(const struct waits *waits);

void waits_free(struct waits *waits);

#endif
