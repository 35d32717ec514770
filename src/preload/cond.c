/* SPDX-License-Identifier: MIT */
/*
 * Waits on condition variables: the mutex is released and acquired again inside libc, where
 * no wrapper sees it.
 */
#include "preload/checks.h"
#include "preload/mutex.h"
#include "preload/public.h"
#include "preload/python_gil.h"
#include "preload/real.h"
#include "preload/self.h"

#include <stddef.h>

/* Also when the thread is cancelled: libc acquires the mutex first. */
static void waited(void *mutex)
{
    struct thread *self = self_enter();

    if (self != NULL)
        checks_waited(self, mutex);
}

/* The frame that blocks must be the one that unwind_here() is called from. */
#define WAIT(condition, mutex, call)                                              \
    struct thread *self = self_enter();                                           \
    const void *place = __builtin_return_address(0);                              \
    struct unwind_registers here;                                                 \
    int result;                                                                   \
    if (self == NULL)                                                             \
        return real_ready()->call;                                                \
    unwind_here(&here);                                                           \
    if (python_gil_has(mutex)) {                                                  \
        python_gil_waits(self, mutex, place, &here);                              \
        return real.call;                                                         \
    }                                                                             \
    self->blocked_at = here;                                                      \
    struct lock_request request = mutex_request(self, mutex, LOCK_BLOCKS, place); \
    if (!mutex_before_wait(self, condition, &request, mutex))                     \
        return real.call;                                                         \
    pthread_cleanup_push(waited, mutex);                                          \
    result = real.call;                                                           \
    pthread_cleanup_pop(true);                                                    \
    return result

/*
 * Two kinds of condition variables bear these names on x86-64: the oldest objects ask for
 * the version of the first kind, and must get it.
 */
#ifdef __x86_64__
#define NEW(name) PIHOOK_EXPORT __attribute__((symver(#name "@@GLIBC_2.3.2"))) int new_##name
#define OLD(name) PIHOOK_EXPORT __attribute__((symver(#name "@GLIBC_2.2.5"))) int old_##name

int old_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int old_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                               const struct timespec *until);
int new_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int new_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                               const struct timespec *until);

OLD(pthread_cond_wait)(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    WAIT(condition, mutex, old_pthread_cond_wait(condition, mutex));
}

OLD(pthread_cond_timedwait)
(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until)
{
    WAIT(condition, mutex, old_pthread_cond_timedwait(condition, mutex, until));
}
#else
#define NEW(name) PIHOOK_EXPORT int name
#endif

NEW(pthread_cond_wait)(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    WAIT(condition, mutex, pthread_cond_wait(condition, mutex));
}

NEW(pthread_cond_timedwait)
(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until)
{
    WAIT(condition, mutex, pthread_cond_timedwait(condition, mutex, until));
}

PIHOOK_EXPORT int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                                         clockid_t clock, const struct timespec *until)
{
    WAIT(condition, mutex, pthread_cond_clockwait(condition, mutex, clock, until));
}

/* C11's are glibc's own under another name. */
PIHOOK_EXPORT int cnd_wait(cnd_t *condition, mtx_t *mtx)
{
    pthread_mutex_t *mutex = (void *)mtx;

    WAIT(condition, mutex, cnd_wait(condition, mtx));
}

PIHOOK_EXPORT int cnd_timedwait(cnd_t *condition, mtx_t *mtx, const struct timespec *until)
{
    pthread_mutex_t *mutex = (void *)mtx;

    WAIT(condition, mutex, cnd_timedwait(condition, mtx, until));
}
