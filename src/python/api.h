/* SPDX-License-Identifier: MIT */
/*
 * CPython without its headers: the few types that its stable ABI fixes, and one table of
 * its functions, filled when a Python is found in the process.
 */
#ifndef PIHOOK_PYTHON_API_H
#define PIHOOK_PYTHON_API_H

#include "base/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct _object PyObject; /* never looked into */

typedef PyObject *(*PyCFunction)(PyObject *self, PyObject *args);

typedef struct {
    const char *ml_name;
    PyCFunction ml_meth;
    int ml_flags;
    const char *ml_doc;
} PyMethodDef;

typedef struct {
    const char *name;
    PyObject *(*get)(PyObject *self, void *closure);
    int (*set)(PyObject *self, PyObject *value, void *closure);
    const char *doc;
    void *closure;
} PyGetSetDef;

enum {
    METH_VARARGS = 0x0001,
    METH_KEYWORDS = 0x0002,
    METH_NOARGS = 0x0004,
    METH_O = 0x0008,
    METH_FASTCALL = 0x0080
};
enum { Py_file_input = 257 };

struct _inittab {
    const char *name;
    PyObject *(*initfunc)(void);
};

struct python_api {
#define PY(result, name, arguments) result(*name) arguments;
#define PY_OPTIONAL(result, name, arguments) result(*name) arguments;
#define PY_DATA(type, name) type *name;
#include "python/api.def"
#undef PY
#undef PY_OPTIONAL
#undef PY_DATA
};

/* Valid after api_load() returned NULL; written once. */
extern struct python_api py;

/*
 * Fills the table from the object that Python's code lies in.  Returns NULL, or the name of the
 * first function that is missing; the table is then not to be used.
 */
const char *api_load(const struct image *image);

/* The interpreter's None, borrowed. */
#define PY_NONE (py._Py_NoneStruct)

/* A new reference to None. */
PyObject *api_none(void);

/* Drops a reference; NULL is allowed. */
void api_drop(PyObject *object);

/* The text of a str, or NULL (no exception is left). Lives as long as the object. */
const char *api_utf8(PyObject *string);

/* An attribute, a new reference, or NULL (no exception is left). */
PyObject *api_attribute(PyObject *object, const char *name);

/*
 * dict[key], a new reference, or NULL (no exception is left).  On a free-threaded build the
 * borrowed reference that other versions give could die in another thread's hands.
 */
PyObject *api_dict_get(PyObject *dict, PyObject *key);

/*
 * Calls with arguments as a METH_FASTCALL | METH_KEYWORDS function gets them: `count`
 * positional ones, then those of the keywords in the tuple `names` (or NULL).
 */
PyObject *api_call(PyObject *callable, PyObject *const *args, ssize_t count, PyObject *names);

/* object.__basicsize__: 16, or 32 on a free-threaded build; 0 if it can't be told. */
long api_header_size(void);

/* Is the interpreter on its way out, so that nothing should be started any more? */
bool api_is_finalizing(void);

#endif
