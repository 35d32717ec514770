/* SPDX-License-Identifier: MIT */
/*
 * An exec function added to a module definition of CPython, so that each interpreter which
 * makes that module calls it.
 *
 * From 3.13 the init function of a built-in module runs in the main interpreter, whichever
 * interpreter imports the module; only the exec functions of its definition run in the
 * importing one.
 */
#ifndef PIHOOK_PYTHON_MODULE_DEF_H
#define PIHOOK_PYTHON_MODULE_DEF_H

#include "python/api.h"

/*
 * Adds it in front of the others, once.  `object` is what the module's init function
 * returned; a module (as from _io in 3.8 to 3.11) needs nothing.  False when it is a
 * definition that is not laid out as in every version known.  No exception is left.
 */
bool module_def_add_exec(PyObject *object, const char *name, int (*exec)(PyObject *module));

#endif
