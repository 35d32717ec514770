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

static inline enum lock_kind call_kind(enum lock_type type)
{
    return type == TYPE_LOCK ? LOCK_SCRIPT : LOCK_SCRIPT_RECURSIVE;
}

/* Has a method with such flags (METH_*), called so, any arguments? */
static inline bool call_has_arguments(int flags, void *a, void *b, void *c)
{
    if ((flags & METH_NOARGS) != 0)
        return false;
    if ((flags & METH_FASTCALL) != 0)
        return b != NULL || c != NULL;
    return b != NULL || py.PyTuple_Size(a) != 0;
}

/* How acquire(blocking=True, timeout=-1) may end. */
enum lock_wait call_wait(const struct call *call);

/* Did an acquisition with that result succeed? */
static inline bool call_succeeded(enum lock_call which, const PyObject *result)
{
    return which == CALL_RESTORE ? result != NULL : result == (const PyObject *)py._Py_TrueStruct;
}

#endif
