/* SPDX-License-Identifier: MIT */
/* What pihook knows of itself, as Python objects.  Each function: a new reference or NULL. */
#ifndef PIHOOK_PYTHON_STATUS_H
#define PIHOOK_PYTHON_STATUS_H

#include "python/api.h"

PyObject *status_make(void);

/* The hooks that are live in that interpreter. */
PyObject *status_hooks(unsigned scope);

PyObject *status_statements(void);

/* A list of dicts, one for each finding that was told. */
PyObject *status_findings(void);

/* __version__ and __doc__; 0, or -1 with an exception. */
int status_add_constants(PyObject *names);

#endif
