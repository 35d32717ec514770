/* SPDX-License-Identifier: MIT */
/* acquire() and LockOrderViolation of module pihook: the plain package's own source. */
#ifndef PIHOOK_PYTHON_ACQUIRE_H
#define PIHOOK_PYTHON_ACQUIRE_H

#include "python/api.h"

/* Puts both into the dict of a module.  -1 with an exception on failure. */
int acquire_add(PyObject *names);

#endif
