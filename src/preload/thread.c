/* SPDX-License-Identifier: MIT */
/* Threads of pthread: created, joined, detached.  Their end is seen by self.c. */
#include "preload/checks.h"
#include "preload/public.h"
#include "preload/real.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <stddef.h>
#include <stdint.h>

static void *run(void *record)
{
    struct thread *self = record;

    self_begin(self);
    return self->start(self->argument);
}

PIHOOK_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                                 void *(*start)(void *), void *argument)
{
    struct thread *self = self_enter();
    struct thread *child = self == NULL ? NULL : self_expect(self, attributes);

    if (child == NULL)
        return real_ready()->pthread_create(thread, attributes, start, argument);
    child->start = start;
    child->argument = argument;
    tracer_thread_creates(self, child, __builtin_return_address(0));
    uint32_t number = child->number;
    int result = real.pthread_create(thread, attributes, run, child);
    if (result == 0)
        self_created(child, number, (uintptr_t)*thread);
    else
        self_cancel(child);
    return result;
}

/* Also when the thread is cancelled. */
static void join_ends(void *unused)
{
    struct thread *self = self_enter();

    (void)unused;
    if (self != NULL)
        checks_join_ends(self);
}

/* The frame that blocks must be the one that unwind_here() is called from. */
PIHOOK_EXPORT int pthread_join(pthread_t thread, void **value)
{
    struct thread *self = self_enter();
    struct thread *joined = self == NULL ? NULL : threads_by_handle((uintptr_t)thread);

    if (joined == NULL || joined == self)
        return real_ready()->pthread_join(thread, value);
    uint32_t number = joined->number;
    bool is_told = self->joining == joined; /* by the call of a script that led here */
    if (!is_told)
        tracer_joins(self, number, __builtin_return_address(0));
    unwind_here(checks_here(self));
    checks_joining(self, joined, __builtin_return_address(0));
    int result;
    pthread_cleanup_push(join_ends, NULL);
    result = real.pthread_join(thread, value);
    pthread_cleanup_pop(true);
    if (!is_told)
        tracer_joined(self, number, result == 0);
    checks_joined(self, joined, number, result == 0);
    return result;
}

/* A join that does not wait for ever, or not at all: only that it succeeded matters. */
#define JOIN_IN_TIME(thread, call)                                                        \
    struct thread *self = self_enter();                                                   \
    struct thread *joined = self == NULL ? NULL : threads_by_handle((uintptr_t)(thread)); \
    uint32_t number = joined == NULL ? 0 : joined->number;                                \
    int result = real_ready()->call;                                                      \
    if (joined != NULL)                                                                   \
        checks_joined(self, joined, number, result == 0);                                 \
    return result

PIHOOK_EXPORT int pthread_tryjoin_np(pthread_t thread, void **value)
{
    JOIN_IN_TIME(thread, pthread_tryjoin_np(thread, value));
}

PIHOOK_EXPORT int pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *until)
{
    JOIN_IN_TIME(thread, pthread_timedjoin_np(thread, value, until));
}

PIHOOK_EXPORT int pthread_clockjoin_np(pthread_t thread, void **value, clockid_t clock,
                                       const struct timespec *until)
{
    JOIN_IN_TIME(thread, pthread_clockjoin_np(thread, value, clock, until));
}

/* Before the real call: after it, the handle may be another thread's. */
PIHOOK_EXPORT int pthread_detach(pthread_t thread)
{
    struct thread *self = self_enter();
    struct thread *detached = self == NULL ? NULL : threads_by_handle((uintptr_t)thread);

    if (detached != NULL) {
        tracer_detached(self, detached->number);
        self_detach(detached);
    }
    return real_ready()->pthread_detach(thread);
}
