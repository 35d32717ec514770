/* SPDX-License-Identifier: MIT */
/*
 * Which hook has run for which module object: decided once, whoever asks.
 *
 * Modules are held weakly.  A module object that takes the place of another under the same
 * name is a new one.  Calls need a running thread of the interpreter; no exception is left.
 */
#ifndef PIHOOK_PYTHON_CLAIM_H
#define PIHOOK_PYTHON_CLAIM_H

#include "python/interpreter.h"

/* True for the one caller that is to run this hook for this module object. */
bool claim_take(const struct interpreter *interpreter, long serial, PyObject *name,
                PyObject *module);

/* All hooks have run: whoever registers one more from now on runs it. */
void claim_close(const struct interpreter *interpreter, PyObject *name, PyObject *module);

bool claim_is_closed(const struct interpreter *interpreter, PyObject *name, PyObject *module);

#endif
