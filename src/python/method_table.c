/* SPDX-License-Identifier: MIT */
/* Finds entries behind descriptors and functions.  Called while an interpreter starts. */
#include "python/method_table.h"

#include "base/image.h"
#include "base/peek.h"

#include <string.h>

/* What stands between an object's header and the pointer to its entry, in words. */
enum { WORDS_OF_DESCRIPTOR = 3, WORDS_OF_FUNCTION = 0 };

/* An entry of each kind begins with its name. */
static bool is_entry(const void *entry, const char *name)
{
    struct image image;
    const char *own = NULL;

    return entry != NULL && image_at(entry, &image) && !image_is_relro(&image, entry) &&
           peek((uintptr_t)entry, &own, sizeof own) && own != NULL && image_at(own, &image) &&
           strcmp(own, name) == 0;
}

/* Takes the object away from the caller; NULL is allowed. */
static void *entry_behind(PyObject *object, const char *name, size_t words)
{
    uintptr_t address = (uintptr_t)object + (size_t)api_header_size() + words * sizeof(void *);
    void *entry = NULL;

    if (object == NULL || !peek(address, &entry, sizeof entry) || !is_entry(entry, name))
        entry = NULL;
    api_drop(object);
    return entry;
}

PyMethodDef *method_of_type(PyObject *type, const char *name)
{
    return entry_behind(api_attribute(type, name), name, WORDS_OF_DESCRIPTOR);
}

PyMethodDef *method_of_module(PyObject *module, const char *name)
{
    return entry_behind(api_attribute(module, name), name, WORDS_OF_FUNCTION);
}

/* A type's own `__class__` is another one than that of its instances. */
PyGetSetDef *attribute_of_type(PyObject *type, const char *name)
{
    PyObject *dict = api_attribute(type, "__dict__"), *key = py.PyUnicode_FromString(name);
    PyObject *found = dict == NULL || key == NULL ? NULL : py.PyObject_GetItem(dict, key);

    if (found == NULL)
        py.PyErr_Clear();
    api_drop(key);
    api_drop(dict);
    return entry_behind(found, name, WORDS_OF_DESCRIPTOR);
}

void method_replace(PyMethodDef *entry, method_function ours, method_function *real)
{
    method_function present = (method_function)(void *)entry->ml_meth;

    if (present == ours || (*real != NULL && *real != present))
        return;
    *real = present;
    __atomic_store_n(&entry->ml_meth, (PyCFunction)(void *)ours, __ATOMIC_RELEASE);
}
