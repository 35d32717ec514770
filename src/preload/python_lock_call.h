/* SPDX-License-Identifier: MIT */
/* A call of a method of Python's locks, with its arguments as they came. */
#ifndef PIHOOK_PRELOAD_PYTHON_LOCK_CALL_H
#define PIHOOK_PRELOAD_PYTHON_LOCK_CALL_H

#include "locks/lock.h"
#include "python/lock_type.h"

#include <stdbool.h>

struct call {
    PyObject *lock;
    void *a, *b, *c;
    enum lock_type type;
    enum lock_call which;
};

static inline PyObject *call_real(const struct call *call)
{
    return lock_real.methods[call->type][call->which](call->lock, call->a, call->b, call->c);
}

static inline enum lock_kind call_kind(const struct call *call)
{
    return call->type == TYPE_LOCK ? LOCK_SCRIPT : LOCK_SCRIPT_RECURSIVE;
}

/* Does acquire() have any arguments? */
bool call_has_arguments(const struct call *call);

/* How acquire(blocking=True, timeout=-1) may end. */
enum lock_wait call_wait(const struct call *call);

/* Did an acquisition with that result succeed? */
bool call_succeeded(const struct call *call, const PyObject *result);

#endif
