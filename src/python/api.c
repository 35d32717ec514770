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

static PyObject *tuple_of(PyObject *const *args, ssize_t count)
{
    PyObject *tuple = py.PyTuple_New(count);

    for (ssize_t i = 0; tuple != NULL && i < count; i++) {
        py.Py_IncRef(args[i]);
        py.PyTuple_SetItem(tuple, i, args[i]);
    }
    return tuple;
}

/* The keyword arguments as a dict, or NULL with or without an exception. */
static PyObject *dict_of(PyObject *const *values, PyObject *names)
{
    PyObject *dict = names == NULL ? NULL : py.PyDict_New();

    for (ssize_t i = 0; dict != NULL && i < py.PyTuple_Size(names); i++)
        if (py.PyDict_SetItem(dict, py.PyTuple_GetItem(names, i), values[i]) < 0) {
            py.Py_DecRef(dict);
            dict = NULL;
        }
    return dict;
}

PyObject *api_call(PyObject *callable, PyObject *const *args, ssize_t count, PyObject *names)
{
    if (py.PyObject_Vectorcall != NULL)
        return py.PyObject_Vectorcall(callable, args, (size_t)count, names);
    PyObject *tuple = tuple_of(args, count);
    PyObject *dict = tuple == NULL ? NULL : dict_of(args + count, names);
    PyObject *result = tuple == NULL || (dict == NULL && names != NULL)
                           ? NULL
                           : py.PyObject_Call(callable, tuple, dict);
    api_drop(dict);
    api_drop(tuple);
    return result;
}

long api_header_size(void)
{
    static long known;
    PyObject *number;

    if (known > 0)
        return known;
    number = api_attribute(py.PyBaseObject_Type, "__basicsize__");
    long size = number == NULL ? 0 : py.PyLong_AsLong(number);

    py.PyErr_Clear();
    api_drop(number);
    return known = size > 0 ? size : 0;
}

bool api_is_finalizing(void)
{
    if (py.Py_IsFinalizing != NULL)
        return py.Py_IsFinalizing() != 0;
    return py._Py_IsFinalizing != NULL && py._Py_IsFinalizing() != 0;
}
