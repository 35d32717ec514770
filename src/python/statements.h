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
 * What our exported PyImport_ImportModuleLevelObject goes on to: the real function, the one
 * that counts, or, with two Pythons in the process, the one that finds out which is meant.
 * NULL before a Python has been seen.
 */
extern import_function *statements_target;

/*
 * Lets the exported symbol go on to the real function of that Python, for its calls.  Once
 * for each Python in the process, before it runs.  False if it is known already.
 */
bool statements_pass(const struct image *image);

/* Takes the road where it can be taken safely; else says why not in its state. */
void statements_open(const struct image *image);

/* How many call sites were redirected. */
unsigned statements_sites(void);

#endif
