/* SPDX-License-Identifier: MIT */
/* Called by Python code that joins a thread, which has the GIL or is attached. */
#include "preload/python_join.h"

#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/self.h"
#include "preload/tracer.h"
#include "python/frames.h"
#include "python/thread_handle.h"

#include <stddef.h>

/* Whoever can go on shall do so while we look. */
bool python_wait_begins(struct thread *self, struct waits *circle)
{
    bool is_certain;
    void *state;

    if (circle == NULL)
        return false;
    state = py.PyEval_SaveThread();
    is_certain = checks_circle_is_certain(circle);
    py.PyEval_RestoreThread(state);
    if (is_certain)
        checks_tell_circle(self, circle);
    waits_free(circle);
    return is_certain;
}

struct thread *python_join_thread(const struct thread *self, const void *sentinel)
{
    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        if (thread != self && thread->state == THREAD_LIVE && thread->sentinel == sentinel)
            return thread;
    return NULL;
}

void python_join_begin(struct python_join *join, struct thread *self, struct thread *joined,
                       enum lock_wait wait)
{
    *join = (struct python_join){.self = self, .joined = joined, .wait = wait};
    if (joined == NULL)
        return;
    join->number = joined->number;
    if (wait != LOCK_TRIES)
        tracer_joins(self, join->number, NULL);
    if (wait == LOCK_BLOCKS)
        python_wait_begins(self, checks_join_circle(self, joined, frames_line()->place));
}

void python_join_end(const struct python_join *join, bool success)
{
    if (join->joined == NULL)
        return;
    if (join->wait != LOCK_TRIES)
        tracer_joined(join->self, join->number, success);
    else if (success)
        tracer_seen_ended(join->self, join->number);
    if (join->wait == LOCK_BLOCKS)
        checks_join_ends(join->self);
}

PyObject *python_join(PyObject *handle, void *a, void *b, void *c)
{
    struct thread *self = self_enter();
    uintptr_t ident = self == NULL || checks_state != CHECKS_ON ? 0 : thread_handle_ident(handle);
    struct thread *joined = ident == 0 ? NULL : threads_by_handle(ident);
    struct python_join join;

    if (joined == NULL || joined == self)
        return thread_handle_real_join(handle, a, b, c);
    unwind_here(checks_here(self));
    python_join_begin(&join, self, joined,
                      thread_handle_has_limit(a, b) ? LOCK_TIMED : LOCK_BLOCKS);
    PyObject *result = thread_handle_real_join(handle, a, b, c);
    bool lives = joined->number == join.number && joined->state == THREAD_LIVE;
    python_join_end(&join, !lives); /* to the checker pthread_join() says that it has ended */
    return result;
}
