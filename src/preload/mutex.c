/* SPDX-License-Identifier: MIT */
/*
 * pthread_mutex_*.  The fast paths serve a lock that carries its tag, that is free, and below
 * which nothing new is learned; all else goes through the slow twins.  A lock whose moments
 * count goes between the two.
 */
#include "preload/mutex.h"

#include "locks/chains.h"
#include "preload/checks.h"
#include "preload/public.h"
#include "preload/python_gil.h"
#include "preload/real.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <errno.h>

/* ---- acquiring ---- */

static bool succeeded(int result)
{
    return result == 0 || result == EOWNERDEAD;
}

static inline bool has_tag(pthread_mutex_t *mutex)
{
    return *mutex_tag(mutex).check == ((uintptr_t)mutex ^ identity_secret);
}

/* Does the lock carry its tag, and is there room for it? */
static inline bool is_simple(const struct thread *self, pthread_mutex_t *mutex)
{
    return self->top + 1 < self->end && has_tag(mutex);
}

/* The chain of what is held with that lock on top. */
static inline uint64_t chain_with(const struct thread *self, pthread_mutex_t *mutex,
                                  enum lock_wait wait)
{
    return held_chain(self->top->chain, held_word(*mutex_tag(mutex).id, LOCK_WRITE, wait));
}

/* Before the real call of a simple acquisition: reserves the entry, which says what it is for. */
static inline void begin(struct thread *self, pthread_mutex_t *mutex, enum lock_wait wait,
                         uint64_t chain, const void *place)
{
    const struct lock_request request = {
        .address = mutex, .id = *mutex_tag(mutex).id, .place = place, .wait = wait};

    held_reserve(self, &request, chain);
}

/* After it.  What it needs is found again, so that nothing has to be kept across the call. */
static inline int end(int result)
{
    struct thread *self = thread_self;

    if (__builtin_expect(result == 0, 1))
        held_fill(self->top);
    else
        held_give_up(self);
    return result;
}

/* The frame that blocks must be the one that unwind_here() is called from. */
#define ACQUIRE_SLOWLY(mutex, wait, place, call)                           \
    struct thread *self = self_enter();                                    \
    if (self == NULL)                                                      \
        return real_ready()->call;                                         \
    if (python_gil_has(mutex)) {                                           \
        int taken = real.call;                                             \
        if (succeeded(taken))                                              \
            python_gil_locked(self, mutex);                                \
        return taken;                                                      \
    }                                                                      \
    struct lock_request request = mutex_request(self, mutex, wait, place); \
    unwind_here(checks_here(self));                                        \
    bool again = mutex_before(self, mutex, &request);                      \
    int result = real.call;                                                \
    checks_acquired_again(self, &request, again, succeeded(result));       \
    return result

static __attribute__((noinline)) int lock_slowly(pthread_mutex_t *mutex, const void *place)
{
    ACQUIRE_SLOWLY(mutex, LOCK_BLOCKS, place, pthread_mutex_lock(mutex));
}

static __attribute__((noinline)) int trylock_slowly(pthread_mutex_t *mutex, const void *place)
{
    ACQUIRE_SLOWLY(mutex, LOCK_TRIES, place, pthread_mutex_trylock(mutex));
}

/* It was asked whether the lock is free once others could see that the thread wants it. */
static __attribute__((noinline)) int lock_contended(struct thread *self, pthread_mutex_t *mutex,
                                                    const void *place)
{
    held_give_up(self);
    return lock_slowly(mutex, place);
}

/* Would a fast path look at it, if there were one in this thread? */
static inline bool may_be_watched(const struct thread *self, pthread_mutex_t *mutex)
{
    return self->interpreter == NULL && self->top + 1 < self->limit && has_tag(mutex);
}

/* Where its moment counts: it is traced, or long holds are looked for. */
static __attribute__((noinline)) int lock_watched(pthread_mutex_t *mutex, const void *place)
{
    struct thread *self = thread_self;

    if (!may_be_watched(self, mutex))
        return lock_slowly(mutex, place);
    uint64_t chain = chain_with(self, mutex, LOCK_BLOCKS);
    if (held_any(self) && !chains_know(chain, self->chain_tag))
        return lock_slowly(mutex, place);
    begin(self, mutex, LOCK_BLOCKS, chain, place);
    if (mutex_is_taken(mutex))
        return lock_contended(self, mutex, place);
    int result = end(real.pthread_mutex_lock(mutex));
    if (result == 0)
        checks_note_moment(self, self->top);
    return result;
}

/* With other locks held, in an order that is known. */
static __attribute__((noinline)) int lock_nested(pthread_mutex_t *mutex, const void *place)
{
    struct thread *self = thread_self;
    uint64_t chain = chain_with(self, mutex, LOCK_BLOCKS);

    if (__builtin_expect(!chains_know(chain, self->chain_tag), 0))
        return lock_slowly(mutex, place);
    begin(self, mutex, LOCK_BLOCKS, chain, place);
    if (__builtin_expect(mutex_is_taken(mutex), 0))
        return lock_contended(self, mutex, place);
    return end(real.pthread_mutex_lock(mutex));
}

PIHOOK_EXPORT int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    struct thread *self = thread_self;
    const void *place = __builtin_return_address(0);

    if (__builtin_expect(!is_simple(self, mutex), 0))
        return lock_watched(mutex, place);
    if (held_any(self))
        return lock_nested(mutex, place);
    begin(self, mutex, LOCK_BLOCKS, chain_with(self, mutex, LOCK_BLOCKS), place);
    if (__builtin_expect(mutex_is_taken(mutex), 0))
        return lock_contended(self, mutex, place);
    return end(real.pthread_mutex_lock(mutex));
}

/* An entry that is reserved says that its thread waits, which this one doesn't do. */
PIHOOK_EXPORT int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    struct thread *self = thread_self;
    const void *place = __builtin_return_address(0);

    if (__builtin_expect(mutex_is_taken(mutex) || !is_simple(self, mutex), 0))
        return trylock_slowly(mutex, place);
    int result = real.pthread_mutex_trylock(mutex);
    if (result == 0) {
        begin(self, mutex, LOCK_TRIES, chain_with(self, mutex, LOCK_TRIES), place);
        end(result);
    }
    return result;
}

PIHOOK_EXPORT int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
    ACQUIRE_SLOWLY(mutex, LOCK_TIMED, __builtin_return_address(0),
                   pthread_mutex_timedlock(mutex, until));
}

PIHOOK_EXPORT int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
                                          const struct timespec *until)
{
    ACQUIRE_SLOWLY(mutex, LOCK_TIMED, __builtin_return_address(0),
                   pthread_mutex_clocklock(mutex, clock, until));
}

/* ---- releasing ---- */

static int unlock_of_gil(struct thread *self, pthread_mutex_t *mutex, const void *place)
{
    tracer_gil_changes(self);
    int result = real.pthread_mutex_unlock(mutex);

    python_gil_unlocked(self, mutex, place);
    return result;
}

static __attribute__((noinline)) int unlock_slowly(pthread_mutex_t *mutex, const void *place)
{
    struct thread *self = self_enter();

    if (self == NULL)
        return real_ready()->pthread_mutex_unlock(mutex);
    if (self->top->address == mutex && self->top->again == HELD_SLOW) {
        checks_releasing_top(self);
        return real.pthread_mutex_unlock(mutex);
    }
    if (python_gil_has(mutex))
        return unlock_of_gil(self, mutex, place);
    mutex_before_unlock(self, mutex, place);
    return real.pthread_mutex_unlock(mutex);
}

PIHOOK_EXPORT int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    struct thread *self = thread_self;

    if (__builtin_expect(self->top->address != mutex || self->top->again != 0, 0))
        return unlock_slowly(mutex, __builtin_return_address(0));
    held_pop(self);
    return real.pthread_mutex_unlock(mutex);
}

/* ---- making and destroying ---- */

PIHOOK_EXPORT int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    struct thread *self = self_enter();
    const void *place = __builtin_return_address(0);
    int result = real_ready()->pthread_mutex_init(mutex, attributes);

    if (self != NULL && result == 0 && !python_gil_made(self, mutex, place))
        mutex_made(self, mutex, place);
    return result;
}

PIHOOK_EXPORT int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    struct thread *self = self_enter();
    lock_id id;

    if (self == NULL)
        return real_ready()->pthread_mutex_destroy(mutex);
    if (python_gil_has(mutex)) {
        python_gil_gone(self, mutex);
        return real.pthread_mutex_destroy(mutex);
    }
    id = mutex_before_destroy(self, mutex, __builtin_return_address(0));
    int result = real.pthread_mutex_destroy(mutex);
    if (result == 0)
        mutex_gone(self, mutex, id);
    return result;
}

/* Old objects bind to these. */
int __pthread_mutex_lock(pthread_mutex_t *) ALIAS_OF(pthread_mutex_lock);
int __pthread_mutex_trylock(pthread_mutex_t *) ALIAS_OF(pthread_mutex_trylock);
int __pthread_mutex_unlock(pthread_mutex_t *) ALIAS_OF(pthread_mutex_unlock);
int __pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *)
    ALIAS_OF(pthread_mutex_init);
int __pthread_mutex_destroy(pthread_mutex_t *) ALIAS_OF(pthread_mutex_destroy);
