/* SPDX-License-Identifier: MIT */
/*
 * Modules of importlib.util.LazyLoader: imported, or made by the program, but with a body that
 * runs at the first use.  Their hooks run then.
 */
#ifndef PIHOOK_PYTHON_LAZY_LOADER_H
#define PIHOOK_PYTHON_LAZY_LOADER_H

#include "python/interpreter.h"

/* Waits for the body of a lazy module; may be called more than once.  No exception is left. */
void lazy_loader_watch(const struct interpreter *interpreter, PyObject *name, PyObject *module);

/* The same for one that no import made: its hooks run if sys.modules has it then. */
void lazy_loader_watch_made(const struct interpreter *interpreter, PyObject *name,
                            PyObject *module);

#endif
