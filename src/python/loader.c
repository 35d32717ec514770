/* SPDX-License-Identifier: MIT */
/* Loaders of our own.  Called for module pihook, and for modules of LazyLoader. */
#include "python/loader.h"

/* An object that takes attributes of any name: of the type of sys.implementation. */
static PyObject *make_namespace(void)
{
    PyObject *implementation = py.PySys_GetObject("implementation");
    PyObject *type = implementation == NULL ? NULL : py.PyObject_Type(implementation);
    PyObject *made = type == NULL ? NULL : py.PyObject_CallFunctionObjArgs(type, NULL);

    api_drop(type);
    return made;
}

PyObject *loader_make(const struct interpreter *interpreter, PyMethodDef *methods, PyObject *data)
{
    PyObject *loader = make_namespace();

    for (PyMethodDef *method = methods; loader != NULL && method->ml_name != NULL; method++) {
        PyObject *function = interpreter_function(interpreter, method, data);

        if (function == NULL ||
            py.PyObject_SetAttrString(loader, method->ml_name, function) < 0) {
            py.Py_DecRef(loader);
            loader = NULL;
        }
        api_drop(function);
    }
    return loader;
}
