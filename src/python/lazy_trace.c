/* SPDX-License-Identifier: MIT */
/* Called by importlib's wrapped functions, and by the interpreter for each `lazy import`. */
#include "python/lazy_trace.h"

#include "python/import_trace.h"
#include "python/lazy_by_hand.h"
#include "python/lazy_loader.h"
#include "python/module_state.h"

/* filter(importer, name, names): shall it be lazy? */
static PyObject *filter(PyObject *self, PyObject *const *args, ssize_t count, PyObject *names)
{
    PyObject *module = count > 1 ? interpreter_module(args[1]) : NULL;

    (void)self;
    (void)names;
    if (count > 1 && module == NULL)
        import_trace_named(TRACE_LAZY_DECLARED, args[1], true);
    api_drop(module);
    return py.PyBool_FromLong(true);
}

static PyMethodDef filter_method = {"filter", (PyCFunction)(void *)filter,
                                    METH_FASTCALL | METH_KEYWORDS, NULL};

static bool has_filter(void)
{
    PyObject *present = py.PyImport_GetLazyImportsFilter();
    bool has = present != NULL && present != PY_NONE;

    api_drop(present);
    return has;
}

void lazy_trace_begin(const struct interpreter *interpreter)
{
    if (import_trace == NULL)
        return;
    lazy_by_hand_watch();
    if (py.PyImport_SetLazyImportsFilter == NULL || py.PyImport_GetLazyImportsFilter == NULL ||
        has_filter())
        return;
    PyObject *ours = interpreter_function(interpreter, &filter_method, NULL);
    if (ours == NULL || py.PyImport_SetLazyImportsFilter(ours) < 0)
        py.PyErr_Clear();
    api_drop(ours);
}

void lazy_trace_loaded(const struct interpreter *interpreter, PyObject *name)
{
    PyObject *module = import_trace == NULL ? NULL : interpreter_module(name);

    if (module != NULL && module_is_lazy(module)) {
        import_trace_named(TRACE_LAZY_DECLARED, name, true);
        lazy_loader_watch(interpreter, name, module);
    }
    api_drop(module);
}
