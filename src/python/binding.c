/* SPDX-License-Identifier: MIT */
/* The binding of a submodule in its parent, ahead of importlib's.  Called around hooks. */
#include "python/binding.h"

#include "python/interpreter.h"
#include "python/module_state.h"

#include <string.h>

struct binding binding_begin(const char *name, PyObject *module)
{
    struct binding binding = {NULL, NULL, NULL};
    const char *dot = strrchr(name, '.');

    if (dot == NULL)
        return binding;
    PyObject *parent = py.PyUnicode_FromStringAndSize(name, dot - name);
    binding.parent = parent == NULL ? NULL : interpreter_module(parent);
    api_drop(parent);
    if (binding.parent == NULL)
        return binding;
    binding.child = dot + 1;
    /* Not getattr: a package's __getattr__ may import the submodule. */
    PyObject *dict = module_dict(binding.parent);
    binding.before = dict == NULL ? NULL : py.PyDict_GetItemString(dict, binding.child);
    if (binding.before != NULL)
        py.Py_IncRef(binding.before);
    if (py.PyObject_SetAttrString(binding.parent, binding.child, module) < 0)
        py.PyErr_Clear();
    return binding;
}

static void binding_undo(const struct binding *binding)
{
    PyObject *type, *value, *traceback;

    py.PyErr_Fetch(&type, &value, &traceback);
    if (py.PyObject_SetAttrString(binding->parent, binding->child, binding->before) < 0)
        py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
}

void binding_end(struct binding *binding, bool undo)
{
    if (binding->parent != NULL && undo)
        binding_undo(binding);
    api_drop(binding->parent);
    api_drop(binding->before);
}
