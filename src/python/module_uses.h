/* SPDX-License-Identifier: MIT */
/*
 * Which imported modules are used, told to whoever records imports.
 *
 * A module is used when one of its attributes is read: also by `from module import name`, by C
 * code, in any thread.  No use is missed; where it can't be told whether a module is used, that
 * is told.  What counts for no use:
 *
 * - what importlib reads while it imports;
 * - what reaches a submodule, which is followed itself;
 * - what a module reads of itself, or has read for itself, while its own body runs.
 *
 * All calls are made by a thread that has the GIL, or is attached.
 */
#ifndef PIHOOK_PYTHON_MODULE_USES_H
#define PIHOOK_PYTHON_MODULE_USES_H

#include "python/api.h"

#include <stdbool.h>

/* In each interpreter, while it starts. */
void module_uses_begin(void);

/* A file begins: says so in it, if uses are told. */
void module_uses_mark(void);

/* The process ends: tells of modules that are there still. */
void module_uses_end(void);

/* How many have been told. */
long module_uses_told(void);

/* Around an import that is more than a look into sys.modules; NULL: it failed. */
void module_uses_import_begins(void);
void module_uses_import_ends(PyObject *importlib, PyObject *name, PyObject *module);

/* A module was given another class, which may read attributes in its own way. */
void module_uses_class_set(PyObject *module);

/* importlib has made a module, whose body has not run. */
void module_uses_made(PyObject *module);

/* In the child of a fork, which tells of what it uses itself. */
void module_uses_forget(void);

#endif
