/* SPDX-License-Identifier: MIT */
/*
 * Claims on module objects.  Called for every hook that is due; a dict's setdefault is the
 * one step that is atomic in every CPython, with and without the GIL.
 */
#include "python/claim.h"

/* A new tuple with a weak reference, or with the object itself where it takes none. */
static PyObject *mark_of(PyObject *module)
{
    PyObject *reference = py.PyWeakref_NewRef(module, NULL);

    if (reference == NULL) {
        py.PyErr_Clear();
        reference = module;
        py.Py_IncRef(module);
    }
    PyObject *mark = py.PyTuple_Pack(1, reference);
    py.Py_DecRef(reference);
    return mark;
}

static bool mark_is_of(PyObject *mark, PyObject *module)
{
    PyObject *reference = py.PyTuple_GetItem(mark, 0);
    PyObject *own = py.PyWeakref_NewRef(module, NULL);

    /* An object has one plain weak reference, which is made once. */
    if (own == NULL)
        py.PyErr_Clear();
    api_drop(own);
    return reference == (own == NULL ? module : own);
}

bool claim_take(const struct interpreter *interpreter, long serial, PyObject *name,
                PyObject *module)
{
    PyObject *key = py.PyUnicode_FromFormat("%ld %U", serial, name);
    PyObject *mark = key == NULL ? NULL : mark_of(module);
    PyObject *present =
        mark == NULL ? NULL : py.PyDict_SetDefault(interpreter->claims, key, mark);
    bool ours = present != NULL && present == mark;

    if (present != NULL && !ours && !mark_is_of(present, module))
        ours = py.PyDict_SetItem(interpreter->claims, key, mark) == 0;
    py.PyErr_Clear();
    api_drop(mark);
    api_drop(key);
    return ours;
}

void claim_close(const struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    PyObject *mark = mark_of(module);

    if (mark == NULL || py.PyDict_SetItem(interpreter->closed, name, mark) < 0)
        py.PyErr_Clear();
    api_drop(mark);
}

bool claim_is_closed(const struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    PyObject *mark = api_dict_get(interpreter->closed, name);
    bool closed = mark != NULL && mark_is_of(mark, module);

    api_drop(mark);
    return closed;
}
