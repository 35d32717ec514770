/* SPDX-License-Identifier: MIT */
/*
 * The statement road: PyImport_ImportModuleLevelObject, which every import statement calls,
 * of cached modules too.  Taken only on request; until then nothing of Python is changed.
 */
#ifndef PIHOOK_PYTHON_STATEMENTS_H
#define PIHOOK_PYTHON_STATEMENTS_H

#include "base/image.h"
#include "python/api.h"

typedef PyObject *import_function(PyObject *name, PyObject *globals, PyObject *locals,
                                  PyObject *from, int level);

/*
 * What our exported PyImport_ImportModuleLevelObject goes on to: the real function, or the
 * one that counts.  NULL in a process without a Python that we know.
 */
extern import_function *statements_target;

/* Lets the exported symbol go on to the real function of that Python. */
void statements_pass(const struct image *image);

/* Takes the road where it can be taken safely; else says why not in its state. */
void statements_open(const struct image *image);

/* How many call sites were redirected. */
unsigned statements_sites(void);

#endif
