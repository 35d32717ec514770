/* SPDX-License-Identifier: MIT */
/*
 * The attribute of the parent package that names a submodule: importlib binds it right
 * after the hooks have run, but they are promised to see it.
 */
#ifndef PIHOOK_PYTHON_BINDING_H
#define PIHOOK_PYTHON_BINDING_H

#include "python/api.h"

struct binding {
    PyObject *parent; /* NULL: nothing was bound */
    const char *child; /* borrowed from the name */
    PyObject *before; /* what stood there, or NULL */
};

/* Binds module `name` in its parent, if it has one that is imported; no exception is left. */
struct binding binding_begin(const char *name, PyObject *module);

/* Keeps the binding, or undoes it; an exception that is set stays as it is. */
void binding_end(struct binding *binding, bool undo);

#endif
