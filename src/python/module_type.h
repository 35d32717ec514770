/* SPDX-License-Identifier: MIT */
/*
 * CPython's type of modules, with two of its slots replaced by ours: what reads an attribute of
 * a module, and what ends one.
 *
 * Specialised bytecode reads a module without the slot, but only where the same instruction
 * has read the same module through it before.  The type is static: all interpreters share it.
 */
#ifndef PIHOOK_PYTHON_MODULE_TYPE_H
#define PIHOOK_PYTHON_MODULE_TYPE_H

#include "python/api.h"

#include <stdbool.h>

typedef PyObject *(*module_read_function)(PyObject *module, PyObject *name);

struct module_watch {
    module_read_function read; /* calls module_read once, and returns what it does */
    void (*dies)(PyObject *module);
};

/* What stood in the slot. */
extern module_read_function module_read;

/*
 * In each interpreter, while it starts; the watch must stay.  NULL, or what is missing: then
 * nothing was replaced.  No exception is left.
 */
const char *module_type_wrap(const struct module_watch *watch);

/* Does the watch see what is read of the object?  False for what is no module. */
bool module_type_is_seen(PyObject *object);

#endif
