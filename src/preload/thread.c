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
    bool is_told = self->told_join == number; /* by the call of a script that led here */
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

/* ---- joins that do not wait for ever, or not at all: no deadlock comes of them ---- */

struct join {
    struct thread *self, *joined; /* joined NULL: it is not followed */
    uint32_t number;
};

static struct join join_of(pthread_t thread)
{
    struct thread *self = self_enter();
    struct thread *joined = self == NULL ? NULL : threads_by_handle((uintptr_t)thread);

    return (struct join){self, joined, joined == NULL ? 0 : joined->number};
}

static void join_waits(const struct join *join, const void *place)
{
    if (join->joined != NULL)
        tracer_joins(join->self, join->number, place);
}

static int join_waited(const struct join *join, int result)
{
    if (join->joined != NULL) {
        tracer_joined(join->self, join->number, result == 0);
        checks_joined(join->self, join->joined, join->number, result == 0);
    }
    return result;
}

/* Programs try again and again: only that it succeeded is told. */
PIHOOK_EXPORT int pthread_tryjoin_np(pthread_t thread, void **value)
{
    struct join join = join_of(thread);
    int result = real_ready()->pthread_tryjoin_np(thread, value);

    if (result != 0)
        return result;
    join_waits(&join, __builtin_return_address(0));
    return join_waited(&join, result);
}

PIHOOK_EXPORT int pthread_timedjoin_np(pthread_t thread, void **value, const struct timespec *until)
{
    struct join join = join_of(thread);

    join_waits(&join, __builtin_return_address(0));
    return join_waited(&join, real_ready()->pthread_timedjoin_np(thread, value, until));
}

PIHOOK_EXPORT int pthread_clockjoin_np(pthread_t thread, void **value, clockid_t clock,
                                       const struct timespec *until)
{
    struct join join = join_of(thread);

    join_waits(&join, __builtin_return_address(0));
    return join_waited(&join, real_ready()->pthread_clockjoin_np(thread, value, clock, until));
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
