/* SPDX-License-Identifier: MIT */
/*
 * What state a module object is in, found out without touching an attribute of it: a lazy
 * module or a proxy in sys.modules would load itself.
 */
#ifndef PIHOOK_PYTHON_MODULE_STATE_H
#define PIHOOK_PYTHON_MODULE_STATE_H

#include "python/api.h"

/* The module's namespace, borrowed, or NULL when it is no module object. */
PyObject *module_dict(PyObject *module);

/* The module's __spec__, borrowed, or NULL when it has none or is no module. */
PyObject *module_spec(PyObject *module);

/* Is an import of it still going on, its hooks included? */
bool module_is_initializing(PyObject *module);

/* Is it a module of importlib.util.LazyLoader whose body has not run? */
bool module_is_lazy(PyObject *module);

#endif
