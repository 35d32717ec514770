/* SPDX-License-Identifier: MIT */
/*
 * The built-in module `pihook`: when_imported, status, hooks, import_statements.
 *
 * It stands in no table and on no path: importlib's wrapped _find_spec finds it, so it is
 * there in every interpreter and changes nothing until it is imported.
 */
#ifndef PIHOOK_PYTHON_MODULE_H
#define PIHOOK_PYTHON_MODULE_H

#include "python/interpreter.h"

/* A new module spec for it, or NULL with an exception. */
PyObject *module_find_spec(const struct interpreter *interpreter);

#endif
