/* SPDX-License-Identifier: MIT */
/*
 * Watches lazy modules.  At first use the lazy module calls exec_module of its real loader,
 * under a lock that keeps other threads out (from 3.12).  An attribute of that loader
 * object stands in until then, takes itself away, and runs the hooks before that lock is
 * released.
 */
#include "python/lazy_loader.h"

#include "python/fire.h"
#include "python/module_state.h"

static const char EXEC[] = "exec_module";

/* data: (loader, name) */
static PyObject *exec_module(PyObject *self, PyObject *module)
{
    struct interpreter *interpreter = interpreter_of(self);
    PyObject *loader = py.PyTuple_GetItem(interpreter_function_data(self), 0);
    PyObject *name = py.PyTuple_GetItem(interpreter_function_data(self), 1);

    if (py.PyObject_SetAttrString(loader, EXEC, NULL) < 0)
        py.PyErr_Clear(); /* another thread was here first */
    PyObject *real = py.PyObject_GetAttrString(loader, EXEC);
    PyObject *result =
        real == NULL ? NULL : py.PyObject_CallFunctionObjArgs(real, module, NULL);
    api_drop(real);
    if (result != NULL && fire_lazy_body(interpreter, name, module) < 0) {
        py.Py_DecRef(result);
        result = NULL;
    }
    return result;
}

static PyMethodDef METHOD = {EXEC, (PyCFunction)exec_module, METH_O, NULL};

void lazy_loader_watch(const struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    PyObject *spec = module_spec(module);
    PyObject *loader = spec == NULL ? NULL : api_attribute(spec, "loader");
    PyObject *data = loader == NULL ? NULL : py.PyTuple_Pack(2, loader, name);
    PyObject *function =
        data == NULL ? NULL : interpreter_function(interpreter, &METHOD, data);

    if (function == NULL || py.PyObject_SetAttrString(loader, EXEC, function) < 0)
        py.PyErr_Clear();
    api_drop(function);
    api_drop(data);
    api_drop(loader);
}
