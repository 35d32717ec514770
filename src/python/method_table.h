/* SPDX-License-Identifier: MIT */
/*
 * The entries in CPython's tables of methods, functions and attributes, which all interpreters
 * share and every call goes through: writable data of the object that Python's code lies in.
 */
#ifndef PIHOOK_PYTHON_METHOD_TABLE_H
#define PIHOOK_PYTHON_METHOD_TABLE_H

#include "python/api.h"

/*
 * A method by any of CPython's calling conventions: what a convention doesn't have is passed
 * on as it came, and means nothing.
 */
typedef PyObject *(*method_function)(PyObject *self, void *a, void *b, void *c);

/* The entry of a type's method, or of a module's function; NULL if it isn't where it should be. */
PyMethodDef *method_of_type(PyObject *type, const char *name);
PyMethodDef *method_of_module(PyObject *module, const char *name);

/* The entry of an attribute of a type's instances. */
PyGetSetDef *attribute_of_type(PyObject *type, const char *name);

/* Ours in its place; *real is what was there.  Nothing is done if that is neither NULL nor it. */
void method_replace(PyMethodDef *entry, method_function ours, method_function *real);

#endif
