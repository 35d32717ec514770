/* SPDX-License-Identifier: MIT */
/* Called while an interpreter starts, and by our join(). */
#include "python/thread_handle.h"

method_function thread_handle_real_join;

static method_function our_join;
static int join_flags;

void thread_handle_watch(method_function join)
{
    our_join = join;
}

void thread_handle_wrap(PyObject *thread_module)
{
    PyObject *type = api_attribute(thread_module, "_ThreadHandle");
    PyMethodDef *entry = type == NULL ? NULL : method_of_type(type, "join");

    if (entry != NULL && our_join != NULL) {
        method_replace(entry, our_join, &thread_handle_real_join);
        join_flags = entry->ml_flags;
    }
    api_drop(type);
}

bool thread_handle_has_limit(void *a, void *b)
{
    PyObject *limit = NULL;
    double seconds;

    if ((join_flags & METH_FASTCALL) != 0)
        limit = (intptr_t)b > 0 ? ((PyObject **)a)[0] : NULL;
    else if ((join_flags & METH_O) != 0)
        limit = a;
    else if ((join_flags & METH_VARARGS) != 0 && py.PyTuple_Size(a) > 0)
        limit = py.PyTuple_GetItem(a, 0);
    seconds = limit == NULL || limit == PY_NONE ? -1 : py.PyFloat_AsDouble(limit);
    py.PyErr_Clear();
    return seconds >= 0;
}

uintptr_t thread_handle_ident(PyObject *handle)
{
    PyObject *number = api_attribute(handle, "ident");
    uintptr_t ident = number == NULL ? 0 : (uintptr_t)py.PyLong_AsUnsignedLongMask(number);

    py.PyErr_Clear();
    api_drop(number);
    return ident;
}
