/* SPDX-License-Identifier: MIT */
/*
 * `from package import submodule` takes the package's attribute without asking whether the
 * submodule's import is over.  While hooks of a submodule run, with the attribute bound, the
 * statement must wait in other threads.
 */
#ifndef PIHOOK_PYTHON_FROM_LIST_H
#define PIHOOK_PYTHON_FROM_LIST_H

#include "python/interpreter.h"

/*
 * A hook of that pattern was registered: wraps importlib's _handle_fromlist if the hook may
 * be one on submodules and that is not done yet.  Cached imports of other forms never come
 * there.  No exception is left.
 */
void from_list_ensure(struct interpreter *interpreter, const char *pattern);

/* The hooks of the module begin.  True if it is a submodule: from_list_leave() must follow. */
bool from_list_enter(struct interpreter *interpreter, PyObject *name, const char *utf8);

/* They have run; an exception that is set stays as it is. */
void from_list_leave(struct interpreter *interpreter, PyObject *name);

#endif
