/* SPDX-License-Identifier: MIT */
/*
 * Modules that the interpreter imports before it can run Python code: their hooks wait.
 * That is over when __main__ exists, made after the standard streams and before site; no
 * code of the program has run then, so nobody has used those modules.
 */
#ifndef PIHOOK_PYTHON_EARLY_H
#define PIHOOK_PYTHON_EARLY_H

#include "python/interpreter.h"

/* Called for each waiting module, in the order of their imports. */
typedef void early_function(struct interpreter *interpreter, PyObject *name);

/* Is the interpreter still too young to run hooks?  Ends the wait if it no longer is. */
bool early_still(struct interpreter *interpreter, early_function *function);

/* Lets the module wait; only while early_still(). */
void early_wait(struct interpreter *interpreter, PyObject *name, early_function *function);

/* Sees to it that the wait ends in a program that imports nothing (python -S -c ...). */
void early_ensure_end(struct interpreter *interpreter);

#endif
