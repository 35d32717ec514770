/* SPDX-License-Identifier: MIT */
/* Loaders of our own: objects with the methods that importlib calls, and nothing else. */
#ifndef PIHOOK_PYTHON_LOADER_H
#define PIHOOK_PYTHON_LOADER_H

#include "python/interpreter.h"

/*
 * An object whose attributes are these functions, each made with `data`: a new reference, or
 * NULL with an exception.  The list of methods ends with a NULL name.
 */
PyObject *loader_make(const struct interpreter *interpreter, PyMethodDef *methods, PyObject *data);

#endif
