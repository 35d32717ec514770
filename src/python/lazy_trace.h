/* SPDX-License-Identifier: MIT */
/*
 * Modules that are declared before they are run, told to whoever records imports: those of
 * importlib.util.LazyLoader, and those of `lazy import` (3.15).
 */
#ifndef PIHOOK_PYTHON_LAZY_TRACE_H
#define PIHOOK_PYTHON_LAZY_TRACE_H

#include "python/interpreter.h"

/*
 * An interpreter starts.  A program that sets a filter of its own (sys.set_lazy_imports_filter)
 * takes ours away: what it declares is told no more, only that it runs.
 */
void lazy_trace_begin(const struct interpreter *interpreter);

/* The import of a module has ended.  No exception is left. */
void lazy_trace_loaded(const struct interpreter *interpreter, PyObject *name);

#endif
