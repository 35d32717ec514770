/* SPDX-License-Identifier: MIT */
/* pthread_rwlock_*.  The tag lies in the words that glibc keeps for later. */
#include "locks/identity.h"
#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/public.h"
#include "preload/real.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <errno.h>
#include <stddef.h>

/* ---- what glibc's rwlocks look like inside ---- */

enum { READERS_SHIFT = 3 };

static bool keeps_tag(const pthread_rwlock_t *lock)
{
#if __SIZEOF_POINTER__ == 8
    return lock->__data.__shared == 0 && (uintptr_t)lock % sizeof(lock_id) == 0;
#else
    return lock == NULL;
#endif
}

static struct tag tag_of(pthread_rwlock_t *lock)
{
    return (struct tag){(lock_id *)(void *)&lock->__data.__pad3,
                        (uintptr_t *)(void *)&lock->__data.__pad2};
}

static unsigned reader_count(const pthread_rwlock_t *lock)
{
    return __atomic_load_n(&lock->__data.__readers, __ATOMIC_RELAXED) >> READERS_SHIFT;
}

static pid_t writer_tid(const pthread_rwlock_t *lock)
{
    return __atomic_load_n(&lock->__data.__cur_writer, __ATOMIC_RELAXED);
}

static bool readers_block(const pthread_rwlock_t *lock)
{
    return lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
}

static bool is_taken(const pthread_rwlock_t *lock, enum lock_mode mode)
{
    if (writer_tid(lock) != 0)
        return true;
    return mode == LOCK_WRITE ? reader_count(lock) > 0
                              : readers_block(lock) && lock->__data.__writers > 0;
}

/* ---- identity ---- */

static struct lock_request request_of(struct thread *self, pthread_rwlock_t *lock,
                                      enum lock_mode mode, enum lock_wait wait, const void *place)
{
    const struct tag tag = tag_of(lock);
    struct lock_request request = {
        .address = lock,
        .id = checks_native_id(self, lock, keeps_tag(lock) ? &tag : NULL, place),
        .place = place,
        .kind = LOCK_RWLOCK,
        .mode = mode,
        .wait = wait,
        .readers_block = readers_block(lock)};

    if (request.id == LOCK_DESTROYED) {
        request.id = 0;
        checks_used_destroyed(self, &request);
    }
    return request;
}

/* ---- acquiring ---- */

/*
 * True: the thread has the lock for reading and wants to read, which libc lets it.  To write
 * it would wait for itself; what it has for writing it is refused without a wait.
 */
static bool before(struct thread *self, pthread_rwlock_t *lock, const struct lock_request *request)
{
    const struct held *held = held_any(self) ? held_find(self, lock) : NULL;
    bool reads_again = held != NULL && held->mode == LOCK_READ && request->mode == LOCK_READ;

    if (held != NULL && held->mode == LOCK_READ && request->mode == LOCK_WRITE &&
        request->wait == LOCK_BLOCKS)
        checks_self_deadlock(self, request);
    if (held == NULL || (reads_again && is_taken(lock, LOCK_READ))) {
        checks_acquiring(self, request);
        if (is_taken(lock, request->mode))
            checks_blocks(self, request, threads_by_tid(writer_tid(lock)));
    }
    return reads_again;
}

/* The frame that blocks must be the one that unwind_here() is called from. */
#define ACQUIRE(lock, mode, wait, call)                                      \
    struct thread *self = self_enter();                                      \
    if (self == NULL)                                                        \
        return real_ready()->call;                                           \
    const void *place = __builtin_return_address(0);                         \
    struct lock_request request = request_of(self, lock, mode, wait, place); \
    unwind_here(checks_here(self));                                          \
    bool again = before(self, lock, &request);                               \
    int result = real.call;                                                  \
    checks_acquired_again(self, &request, again, result == 0);               \
    return result

PIHOOK_EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    ACQUIRE(lock, LOCK_READ, LOCK_BLOCKS, pthread_rwlock_rdlock(lock));
}

PIHOOK_EXPORT int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
    ACQUIRE(lock, LOCK_READ, LOCK_TRIES, pthread_rwlock_tryrdlock(lock));
}

PIHOOK_EXPORT int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *until)
{
    ACQUIRE(lock, LOCK_READ, LOCK_TIMED, pthread_rwlock_timedrdlock(lock, until));
}

PIHOOK_EXPORT int pthread_rwlock_clockrdlock(pthread_rwlock_t *lock, clockid_t clock,
                                             const struct timespec *until)
{
    ACQUIRE(lock, LOCK_READ, LOCK_TIMED, pthread_rwlock_clockrdlock(lock, clock, until));
}

PIHOOK_EXPORT int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    ACQUIRE(lock, LOCK_WRITE, LOCK_BLOCKS, pthread_rwlock_wrlock(lock));
}

PIHOOK_EXPORT int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
    ACQUIRE(lock, LOCK_WRITE, LOCK_TRIES, pthread_rwlock_trywrlock(lock));
}

PIHOOK_EXPORT int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *until)
{
    ACQUIRE(lock, LOCK_WRITE, LOCK_TIMED, pthread_rwlock_timedwrlock(lock, until));
}

PIHOOK_EXPORT int pthread_rwlock_clockwrlock(pthread_rwlock_t *lock, clockid_t clock,
                                             const struct timespec *until)
{
    ACQUIRE(lock, LOCK_WRITE, LOCK_TIMED, pthread_rwlock_clockwrlock(lock, clock, until));
}

/* ---- releasing ---- */

/* A reader whom nobody saw come is given the benefit of the doubt. */
static void unlock_unseen(struct thread *self, pthread_rwlock_t *lock, const void *place)
{
    struct thread *other = NULL;
    unsigned readers = reader_count(lock), known = threads_holding(self, lock, &other);
    bool written = writer_tid(lock) != 0, locked = written || readers > 0;

    if (written ? writer_tid(lock) == self->tid : readers > known)
        return;
    struct lock_request request = request_of(self, lock, LOCK_WRITE, LOCK_BLOCKS, place);
    checks_bad_unlock(self, &request, locked, locked ? other : NULL);
}

PIHOOK_EXPORT int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    struct thread *self = self_enter();

    if (self == NULL)
        return real_ready()->pthread_rwlock_unlock(lock);
    if (!checks_releasing(self, lock))
        unlock_unseen(self, lock, __builtin_return_address(0));
    return real.pthread_rwlock_unlock(lock);
}

/* ---- making and destroying ---- */

PIHOOK_EXPORT int pthread_rwlock_init(pthread_rwlock_t *lock,
                                      const pthread_rwlockattr_t *attributes)
{
    struct thread *self = self_enter();
    int result = real_ready()->pthread_rwlock_init(lock, attributes);
    const struct tag tag = tag_of(lock);

    if (self == NULL || result != 0)
        return result;
    checks_made(self, lock, keeps_tag(lock) ? &tag : NULL, __builtin_return_address(0));
    return result;
}

PIHOOK_EXPORT int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    struct thread *self = self_enter(), *other = NULL;
    const struct tag tag = tag_of(lock);

    if (self == NULL)
        return real_ready()->pthread_rwlock_destroy(lock);
    struct lock_request request =
        request_of(self, lock, LOCK_WRITE, LOCK_BLOCKS, __builtin_return_address(0));
    if (is_taken(lock, LOCK_WRITE)) {
        threads_holding(self, lock, &other);
        checks_destroyed_held(self, &request, other);
    }
    int result = real.pthread_rwlock_destroy(lock);
    if (result == 0) {
        if (keeps_tag(lock))
            tag_bury(&tag, lock);
        tracer_lock_gone(self, lock, class_of(request.id), LOCK_RWLOCK);
        checks_gone(self, lock, request.id, keeps_tag(lock), true);
    }
    return result;
}

/* Old objects bind to these. */
int __pthread_rwlock_rdlock(pthread_rwlock_t *) ALIAS_OF(pthread_rwlock_rdlock);
int __pthread_rwlock_tryrdlock(pthread_rwlock_t *) ALIAS_OF(pthread_rwlock_tryrdlock);
int __pthread_rwlock_wrlock(pthread_rwlock_t *) ALIAS_OF(pthread_rwlock_wrlock);
int __pthread_rwlock_trywrlock(pthread_rwlock_t *) ALIAS_OF(pthread_rwlock_trywrlock);
int __pthread_rwlock_unlock(pthread_rwlock_t *) ALIAS_OF(pthread_rwlock_unlock);
int __pthread_rwlock_init(pthread_rwlock_t *, const pthread_rwlockattr_t *)
    ALIAS_OF(pthread_rwlock_init);
int __pthread_rwlock_destroy(pthread_rwlock_t *) ALIAS_OF(pthread_rwlock_destroy);
