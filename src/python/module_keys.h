/* SPDX-License-Identifier: MIT */
/*
 * Whether code that was specialised (from 3.11 on) may have read a module without its slot.
 *
 * Such code knows the names of a module's dict by a version, which the dict has only once some
 * code was specialised for it; a new name takes it away again.  Functions of the module itself
 * are specialised for the same dict.
 */
#ifndef PIHOOK_PYTHON_MODULE_KEYS_H
#define PIHOOK_PYTHON_MODULE_KEYS_H

#include "python/api.h"

#include <stdbool.h>

/* While an interpreter starts.  False: no code reads a module without its slot in this Python. */
bool module_keys_learn(void);

/* May some code have done so?  Any thread, also when the module is no more.  */
bool module_keys_are_touched(const PyObject *module);

/* Was a version ever seen in this process?  Else it may be elsewhere, and nothing is known. */
bool module_keys_are_proven(void);

/* As when a name is added: what is specialised now will be so anew.  With the GIL, or attached. */
void module_keys_begin_anew(PyObject *module);

#endif
