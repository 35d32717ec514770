/* SPDX-License-Identifier: MIT */
/*
 * Modules of importlib.util.LazyLoader: imported, but with a body that runs at the first
 * use.  Their hooks run then.
 */
#ifndef PIHOOK_PYTHON_LAZY_LOADER_H
#define PIHOOK_PYTHON_LAZY_LOADER_H

#include "python/interpreter.h"

/* Waits for the body of a lazy module; may be called more than once.  No exception is left. */
void lazy_loader_watch(const struct interpreter *interpreter, PyObject *name, PyObject *module);

#endif
