/* SPDX-License-Identifier: MIT */
/*
 * What wrappers tell the lock checker, in the order of a lock's life.
 *
 * `self` is the calling thread.  Each keeps errno.  What takes the guard or tells a finding
 * says "slow"; the rest is for every call.
 */
#ifndef PIHOOK_PRELOAD_CHECKS_H
#define PIHOOK_PRELOAD_CHECKS_H

#include "config/options.h"
#include "locks/identity.h"
#include "locks/lock.h"
#include "locks/thread.h"

#include <stdbool.h>

enum checks_state {
    CHECKS_EARLY, /* before the constructor: what is held is tracked, no rule holds yet */
    CHECKS_ON,
    CHECKS_OFF
};
extern enum checks_state checks_state __attribute__((visibility("hidden")));

/* Once, by the constructor.  The options must stay. */
void checks_start(const struct options *options);

/* Instead: no lock is followed. */
void checks_stop(void);

/* In the child of a fork; see guard_forked(). */
void checks_forked(bool whole);

/* How the lines of a script are read, where a script runs. */
struct checks_scripts {
    /* Those of the calling thread, 0 if it runs none; from anywhere. */
    unsigned (*lines)(const void **lines, unsigned room);
    /* What the script calls the calling thread, which is at a call of its own locks. */
    void (*name)(char *name, size_t room, bool *daemon);
    /* Something for `lines_of` while the calling thread waits, or NULL. */
    const void *(*top)(void);
    /* The same about the thread with that pthread_t, while the calling one keeps it from
       going on; NULL: it doesn't. */
    const void *(*top_of)(uintptr_t thread);
    unsigned (*lines_of)(const void *top, const void **lines, unsigned room);
};

/* Once; it must stay. */
void checks_follow_scripts(const struct checks_scripts *scripts);

/* ---- a lock comes and goes ---- */

/* `tag` is NULL for a lock that can't carry one. */

/* A lock is initialised by a call at that place: it has a new id, and no name yet. */
void checks_made(struct thread *self, const void *lock, const struct tag *tag, const void *place);

/* The class of locks from that place, made if need be; 0: none. */
uint32_t checks_class(struct thread *self, enum lock_origin origin, const void *place,
                      unsigned traits);

/* The id of a lock, made if need be. */
lock_id checks_id(struct thread *self, const void *lock);

/* The same of a native one, whose id is in the tag if it has one; acquired, or used, at `place`. */
lock_id checks_native_id(struct thread *self, const void *lock, const struct tag *tag,
                         const void *place);

/*
 * The lock with that id is gone.  `tagged`: it carried its id itself; `buried`: its address
 * alone tells that it was destroyed.
 */
void checks_gone(struct thread *self, const void *lock, lock_id id, bool tagged, bool buried);

/* A lock of that class turned out to be a signal, which one thread releases for another. */
void checks_is_signal(struct thread *self, uint32_t lock_class);

/* ---- it is acquired ---- */

/* Where unwind_here() is to put where the thread is, by whoever makes the real call. */
static inline struct unwind_registers *checks_here(struct thread *self)
{
    if (self->acquiring != NULL && self->outer.acquiring == NULL)
        self->outer.at = self->blocked_at;
    return &self->blocked_at;
}

/*
 * Before an acquisition.  The caller has told where it is (checks_here()) in the frame that makes
 * the real call.  From here on others see what the thread wants: only then is to be asked whether
 * the lock is taken, so that of two threads that come to wait at once one sees the other.
 */
void checks_acquiring(struct thread *self, const struct lock_request *request);

/* After that: it would block now, because `owner` has the lock, if that is known. */
void checks_blocks(struct thread *self, const struct lock_request *request, struct thread *owner);

/* After it, whether it succeeded or not. */
void checks_acquired(struct thread *self, const struct lock_request *request, bool success);

/* The same; `again`: if it succeeded, it was on a lock that the thread had already. */
void checks_acquired_again(struct thread *self, const struct lock_request *request, bool again,
                           bool success);

/* Tells the tracer that the lock was acquired, and remembers when, if somebody wants to know. */
void checks_note_moment(struct thread *self, struct held *entry);

/*
 * For locks of a script, which are described by calls of their own: what such an acquisition
 * means for the order of locks.  Returns what is held against which it is a violation of level
 * error; `refusable`: it will not happen then.  self->blocked_at as above.
 */
const struct held *checks_order(struct thread *self, const struct lock_request *request,
                                bool refusable);

/*
 * It may block: as checks_acquiring() says it, and until checks_acquired().  `script_top` tells
 * where it is in the script.  If it blocks, it gives the lock of the interpreter back, and must
 * have it again.
 */
void checks_wants(struct thread *self, const struct lock_request *request, const void *script_top);

/*
 * It will block.  Returns the circle of waiting threads that it would close, or NULL; if it
 * turns out to be certain, it is told.  waits_free() at the end.
 */
struct waits *checks_circle(struct thread *self, const struct lock_request *request);

/* The same for a join, which checks_join_ends() ends. */
struct waits *checks_join_circle(struct thread *self, struct thread *joined, const void *place);

bool checks_circle_is_certain(const struct waits *waits);
void checks_tell_circle(struct thread *self, struct waits *waits);

/* The thread waits for a lock that it holds itself.  Slow. */
void checks_self_deadlock(struct thread *self, const struct lock_request *request);

/* ---- the lock that an interpreter runs under ---- */

/*
 * The calling thread waits for it, has got it (waiting or not), or has given it back.  While
 * it has it, what the thread waits for in native code is waited for with it held.  It is no
 * entry of what the thread holds but in these waits.  self->blocked_at as above for the first.
 */
void checks_interpreter_wanted(struct thread *self, const struct lock_request *lock);
void checks_interpreter_taken(struct thread *self, const struct lock_request *lock);
void checks_interpreter_dropped(struct thread *self);

/* ---- it is released ---- */

/* Before a release; false: the thread is not known to hold the lock. */
bool checks_releasing(struct thread *self, const void *lock);

/* The same of the lock on top, acquired once. */
void checks_releasing_top(struct thread *self);

/* A thread releases what it doesn't hold: nobody does, or `owner` (NULL: unknown).  Slow. */
void checks_bad_unlock(struct thread *self, const struct lock_request *request, bool is_locked,
                       struct thread *owner);

/* A lock is destroyed that is held (by `owner`, if known), or used although it is destroyed. */
void checks_destroyed_held(struct thread *self, const struct lock_request *request,
                           struct thread *owner);
void checks_used_destroyed(struct thread *self, const struct lock_request *request);

/* ---- waiting for something else ---- */

/*
 * A condition is about to be waited for: the mutex is released, and acquired again at the
 * end.  Call checks_waited() then, if this returned true.
 */
bool checks_waiting(struct thread *self, const void *condition, const struct lock_request *mutex);
void checks_waited(struct thread *self, const void *mutex);

/* A barrier is. */
void checks_barrier(struct thread *self, const void *place);

/* A thread is joined; see checks_acquiring() for self->blocked_at. */
void checks_joining(struct thread *self, struct thread *joined, const void *place);
void checks_join_ends(struct thread *self);
void checks_joined(struct thread *self, struct thread *joined, uint32_t number, bool success);

/*
 * The thread has seen that another one has ended which had that sentinel (thread->sentinel):
 * the one with that number, or, if `joined` is NULL, one whose record may be gone.  Returns its
 * number, 0 if that is not known any more.
 */
uint32_t checks_joined_sentinel(struct thread *self, const struct thread *joined, uint32_t number,
                                const void *sentinel);

/* ---- threads and processes ---- */

void checks_created(struct thread *self, struct thread *child);
void checks_thread_ends(struct thread *self);
void checks_forking(struct thread *self);
void checks_fork_done(struct thread *self, bool in_child);

/* ---- pihook.h ---- */

int checks_name(struct thread *self, const void *lock, const char *name);

#endif
