/* SPDX-License-Identifier: MIT */
/* Arguments by whichever convention CPython passes them.  Called by python_lock.c. */
#include "preload/python_lock_call.h"

#include <stddef.h>

static PyObject *keyword(const struct call *call, int flags, const char *name)
{
    PyObject *const *values = call->a;
    ssize_t positional = (ssize_t)(intptr_t)call->b;
    PyObject *names = call->c;

    if ((flags & METH_FASTCALL) == 0)
        return call->b == NULL ? NULL : py.PyDict_GetItemString(call->b, name);
    for (ssize_t i = 0; names != NULL && i < py.PyTuple_Size(names); i++)
        if (py.PyUnicode_CompareWithASCIIString(py.PyTuple_GetItem(names, i), name) == 0)
            return values[positional + i];
    return NULL;
}

static PyObject *argument(const struct call *call, ssize_t index, const char *name)
{
    int flags = lock_real.flags[call->type][call->which];
    ssize_t count =
        (flags & METH_FASTCALL) != 0 ? (ssize_t)(intptr_t)call->b : py.PyTuple_Size(call->a);

    if (index >= count)
        return keyword(call, flags, name);
    return (flags & METH_FASTCALL) != 0 ? ((PyObject *const *)call->a)[index]
                                        : py.PyTuple_GetItem(call->a, index);
}

/* What can't be understood is refused by the real method. */
enum lock_wait call_wait(const struct call *call)
{
    PyObject *blocking = argument(call, 0, "blocking"), *timeout = argument(call, 1, "timeout");
    enum lock_wait wait = LOCK_BLOCKS;

    if (blocking != NULL && py.PyObject_IsTrue(blocking) == 0)
        wait = LOCK_TRIES;
    else if (timeout != NULL && py.PyFloat_AsDouble(timeout) >= 0)
        wait = LOCK_TIMED;
    py.PyErr_Clear();
    return wait;
}
