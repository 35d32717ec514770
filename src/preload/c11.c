/* SPDX-License-Identifier: MIT */
/*
 * mtx_* and thrd_*: in glibc they are mutexes and threads of pthread, but call these inside
 * of libc, where no wrapper sees it.
 */
#include "preload/checks.h"
#include "preload/mutex.h"
#include "preload/public.h"
#include "preload/real.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <stddef.h>
#include <stdint.h>

static pthread_mutex_t *mutex_of(mtx_t *mtx)
{
    return (pthread_mutex_t *)(void *)mtx;
}

/* The frame that blocks must be the one that unwind_here() is called from. */
#define ACQUIRE(mtx, wait, call)                                               \
    struct thread *self = self_enter();                                        \
    if (self == NULL)                                                          \
        return real_ready()->call;                                             \
    struct lock_request request =                                              \
        mutex_request(self, mutex_of(mtx), wait, __builtin_return_address(0)); \
    unwind_here(checks_here(self));                                            \
    bool again = mutex_before(self, mutex_of(mtx), &request);                  \
    int result = real.call;                                                    \
    checks_acquired_again(self, &request, again, result == thrd_success);      \
    return result

PIHOOK_EXPORT int mtx_lock(mtx_t *mutex)
{
    ACQUIRE(mutex, LOCK_BLOCKS, mtx_lock(mutex));
}

PIHOOK_EXPORT int mtx_trylock(mtx_t *mutex)
{
    ACQUIRE(mutex, LOCK_TRIES, mtx_trylock(mutex));
}

PIHOOK_EXPORT int mtx_timedlock(mtx_t *mutex, const struct timespec *until)
{
    ACQUIRE(mutex, LOCK_TIMED, mtx_timedlock(mutex, until));
}

PIHOOK_EXPORT int mtx_unlock(mtx_t *mutex)
{
    struct thread *self = self_enter();

    if (self == NULL)
        return real_ready()->mtx_unlock(mutex);
    mutex_before_unlock(self, mutex_of(mutex), __builtin_return_address(0));
    return real.mtx_unlock(mutex);
}

PIHOOK_EXPORT int mtx_init(mtx_t *mutex, int type)
{
    struct thread *self = self_enter();
    int result = real_ready()->mtx_init(mutex, type);

    if (self != NULL && result == thrd_success)
        mutex_made(self, mutex_of(mutex), __builtin_return_address(0));
    return result;
}

PIHOOK_EXPORT void mtx_destroy(mtx_t *mutex)
{
    struct thread *self = self_enter();
    lock_id id = 0;

    if (self != NULL)
        id = mutex_before_destroy(self, mutex_of(mutex), __builtin_return_address(0));
    real_ready()->mtx_destroy(mutex);
    if (id != 0)
        mutex_gone(self, mutex_of(mutex), id);
}

/* ---- threads ---- */

/* A thrd_start_t returns an int, and its thread's record keeps it as what returns a pointer. */
static int run(void *record)
{
    struct thread *self = record;
    thrd_start_t start = (thrd_start_t)(void (*)(void))self->start;

    self_begin(self);
    return start(self->argument);
}

PIHOOK_EXPORT int thrd_create(thrd_t *thread, thrd_start_t start, void *argument)
{
    struct thread *self = self_enter();
    struct thread *child = self == NULL ? NULL : self_expect(self, NULL);

    if (child == NULL)
        return real_ready()->thrd_create(thread, start, argument);
    child->start = (void *(*)(void *))(void (*)(void))start;
    child->argument = argument;
    tracer_thread_creates(self, child, __builtin_return_address(0));
    uint32_t number = child->number;
    int result = real.thrd_create(thread, run, child);
    if (result == thrd_success)
        self_created(child, number, (uintptr_t)*thread);
    else
        self_cancel(child);
    return result;
}

PIHOOK_EXPORT int thrd_join(thrd_t thread, int *value)
{
    struct thread *self = self_enter();
    struct thread *joined = self == NULL ? NULL : threads_by_handle((uintptr_t)thread);

    if (joined == NULL || joined == self)
        return real_ready()->thrd_join(thread, value);
    uint32_t number = joined->number;
    tracer_joins(self, number, __builtin_return_address(0));
    unwind_here(checks_here(self));
    checks_joining(self, joined, __builtin_return_address(0));
    int result = real.thrd_join(thread, value);
    checks_join_ends(self);
    tracer_joined(self, number, result == thrd_success);
    checks_joined(self, joined, number, result == thrd_success);
    return result;
}

PIHOOK_EXPORT int thrd_detach(thrd_t thread)
{
    struct thread *self = self_enter();
    struct thread *detached = self == NULL ? NULL : threads_by_handle((uintptr_t)thread);

    if (detached != NULL) {
        tracer_detached(self, detached->number);
        self_detach(detached);
    }
    return real_ready()->thrd_detach(thread);
}
