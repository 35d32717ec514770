/* SPDX-License-Identifier: MIT */
/*
 * Watches lazy modules.  At first use a lazy module calls exec_module of its spec's loader,
 * under a lock that keeps other threads out (from 3.12).  A loader of ours stands there until
 * then, puts the real one back, and runs the hooks before that lock is released.  (To see
 * the spec, a program would have to ask the module, and so use it.)
 */
#include "python/lazy_loader.h"

#include "python/fire.h"
#include "python/import_trace.h"
#include "python/loader.h"
#include "python/module_state.h"

static int fire(PyObject *self, PyObject *name, PyObject *module)
{
    bool by_import = py.PyObject_IsTrue(py.PyTuple_GetItem(interpreter_function_data(self), 3));
    PyObject *present = by_import ? NULL : interpreter_module(name);
    bool is_imported = by_import || present == module;

    api_drop(present);
    return is_imported ? fire_lazy_body(interpreter_of(self), name, module) : 0;
}

/* data: (spec, the real loader, name, whether it was imported) */
static PyObject *exec_module(PyObject *self, PyObject *module)
{
    PyObject *data = interpreter_function_data(self);
    PyObject *spec = py.PyTuple_GetItem(data, 0), *loader = py.PyTuple_GetItem(data, 1);

    if (py.PyObject_SetAttrString(spec, "loader", loader) < 0)
        return NULL;
    PyObject *real = py.PyObject_GetAttrString(loader, "exec_module");
    PyObject *name = py.PyTuple_GetItem(data, 2);
    import_trace_named(TRACE_LAZY_RUN, name, true);
    import_trace_named(TRACE_BODY_BEGINS, name, true);
    PyObject *result = real == NULL ? NULL : py.PyObject_CallFunctionObjArgs(real, module, NULL);
    import_trace_named(TRACE_LAZY_RAN, name, result != NULL);
    import_trace_named(TRACE_BODY_ENDS, name, result != NULL);
    api_drop(real);
    if (result != NULL && fire(self, name, module) < 0) {
        py.Py_DecRef(result);
        result = NULL;
    }
    return result;
}

static PyMethodDef methods[] = {
    {"exec_module", exec_module, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static void watch(const struct interpreter *interpreter, PyObject *name, PyObject *module,
                  bool by_import)
{
    PyObject *spec = module_spec(module), *flag = py.PyBool_FromLong(by_import);
    PyObject *loader = spec == NULL ? NULL : api_attribute(spec, "loader");
    /* Watching twice does no harm: the second puts back the first, which has nothing to run. */
    PyObject *data = loader == NULL ? NULL : py.PyTuple_Pack(4, spec, loader, name, flag);
    PyObject *ours = data == NULL ? NULL : loader_make(interpreter, methods, data);

    if (ours == NULL || py.PyObject_SetAttrString(spec, "loader", ours) < 0)
        py.PyErr_Clear();
    api_drop(ours);
    api_drop(data);
    api_drop(loader);
    api_drop(flag);
}

void lazy_loader_watch(const struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    watch(interpreter, name, module, true);
}

void lazy_loader_watch_made(const struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    watch(interpreter, name, module, false);
}
