/* SPDX-License-Identifier: MIT */
/*
 * States of module objects.  Called before a hook runs; it must never run code of the
 * module or of a class that stands in for one.
 */
#include "python/module_state.h"

/* 1 if `object` is an instance of the class, by its real type and not by __class__. */
static bool instance_of(PyObject *object, PyObject *class)
{
    PyObject *type = py.PyObject_Type(object);
    int is = type == NULL ? 0 : py.PyObject_IsSubclass(type, class);

    api_drop(type);
    if (is < 0)
        py.PyErr_Clear();
    return is > 0;
}

PyObject *module_dict(PyObject *module)
{
    return instance_of(module, py.PyModule_Type) ? py.PyModule_GetDict(module) : NULL;
}

PyObject *module_spec(PyObject *module)
{
    PyObject *dict = module_dict(module);
    PyObject *spec = dict == NULL ? NULL : py.PyDict_GetItemString(dict, "__spec__");
    return spec == PY_NONE ? NULL : spec;
}

bool module_is_initializing(PyObject *module)
{
    PyObject *spec = module_spec(module);
    PyObject *flag = spec == NULL ? NULL : api_attribute(spec, "_initializing");
    int is = flag == NULL ? 0 : py.PyObject_IsTrue(flag);

    api_drop(flag);
    if (is < 0)
        py.PyErr_Clear();
    return is > 0;
}

bool module_is_lazy(PyObject *module)
{
    PyObject *modules = py.PyImport_GetModuleDict();
    PyObject *util = modules == NULL ? NULL : py.PyDict_GetItemString(modules, "importlib.util");
    PyObject *dict = util == NULL ? NULL : module_dict(util);
    PyObject *lazy = dict == NULL ? NULL : py.PyDict_GetItemString(dict, "_LazyModule");

    return lazy != NULL && instance_of(module, lazy);
}
