/* SPDX-License-Identifier: MIT */
/*
 * Looks CPython's functions up by name.  Called once, when a Python is found, before that
 * Python runs; it must never call into it.
 */
#include "python/api.h"

struct python_api py;

static const struct {
    const char *name;
    size_t offset;
    bool optional;
} WANTED[] = {
#define PY(result, name, arguments) {#name, offsetof(struct python_api, name), false},
#define PY_OPTIONAL(result, name, arguments) {#name, offsetof(struct python_api, name), true},
#define PY_DATA(type, name) {#name, offsetof(struct python_api, name), false},
#include "python/api.def"
#undef PY
#undef PY_OPTIONAL
#undef PY_DATA
};

const char *api_load(const struct image *image)
{
    for (size_t i = 0; i < sizeof WANTED / sizeof WANTED[0]; i++) {
        void *found = image_symbol(image, WANTED[i].name);

        if (found == NULL && !WANTED[i].optional)
            return WANTED[i].name;
        *(void **)((char *)&py + WANTED[i].offset) = found;
    }
    return NULL;
}

PyObject *api_none(void)
{
    py.Py_IncRef(PY_NONE);
    return PY_NONE;
}

void api_drop(PyObject *object)
{
    if (object != NULL)
        py.Py_DecRef(object);
}

const char *api_utf8(PyObject *string)
{
    const char *utf8 = py.PyUnicode_AsUTF8AndSize(string, NULL);

    if (utf8 == NULL)
        py.PyErr_Clear();
    return utf8;
}

PyObject *api_attribute(PyObject *object, const char *name)
{
    PyObject *attribute = py.PyObject_GetAttrString(object, name);

    if (attribute == NULL)
        py.PyErr_Clear();
    return attribute;
}

PyObject *api_dict_get(PyObject *dict, PyObject *key)
{
    PyObject *value = NULL;

    if (py.PyDict_GetItemRef != NULL)
        py.PyDict_GetItemRef(dict, key, &value);
    else if ((value = py.PyDict_GetItemWithError(dict, key)) != NULL)
        py.Py_IncRef(value);
    if (value == NULL)
        py.PyErr_Clear();
    return value;
}

bool api_is_finalizing(void)
{
    if (py.Py_IsFinalizing != NULL)
        return py.Py_IsFinalizing() != 0;
    return py._Py_IsFinalizing != NULL && py._Py_IsFinalizing() != 0;
}
