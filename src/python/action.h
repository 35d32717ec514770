/* SPDX-License-Identifier: MIT */
/* What a hook does once it is due: an action of the registry, carried out in Python. */
#ifndef PIHOOK_PYTHON_ACTION_H
#define PIHOOK_PYTHON_ACTION_H

#include "imports/registry.h"
#include "python/interpreter.h"

enum action_result { ACTION_DONE = 0, ACTION_FAILED = -1, ACTION_POSTPONED = 1 };

/*
 * Runs the hook for the module.  ACTION_FAILED leaves an exception.  ACTION_POSTPONED: the
 * callable stands in a module that is still being imported; *until receives that module's
 * name, a new reference; or in one that is not found before the program begins: then an
 * empty string.  It must be NULL before.
 */
enum action_result action_run(const struct interpreter *interpreter, const struct hook *hook,
                              PyObject *name, PyObject *module, PyObject **until);

#endif
