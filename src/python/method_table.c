/* SPDX-License-Identifier: MIT */
/* Finds entries behind descriptors and functions.  Called while an interpreter starts. */
#include "python/method_table.h"

#include "base/image.h"
#include "base/peek.h"

#include <string.h>

/* What stands between an object's header and the pointer to its entry, in words. */
enum { WORDS_OF_DESCRIPTOR = 3, WORDS_OF_FUNCTION = 0 };

static bool is_entry(const PyMethodDef *entry, const char *name)
{
    struct image image;
    PyMethodDef copy;

    return entry != NULL && image_at(entry, &image) && peek((uintptr_t)entry, &copy, sizeof copy) &&
           copy.ml_name != NULL && image_at(copy.ml_name, &image) &&
           strcmp(copy.ml_name, name) == 0;
}

static PyMethodDef *entry_of(PyObject *owner, const char *name, size_t words)
{
    PyObject *object = api_attribute(owner, name);
    uintptr_t address = (uintptr_t)object + (size_t)api_header_size() + words * sizeof(void *);
    PyMethodDef *entry = NULL;

    if (object == NULL || !peek(address, &entry, sizeof entry) || !is_entry(entry, name))
        entry = NULL;
    api_drop(object);
    return entry;
}

PyMethodDef *method_of_type(PyObject *type, const char *name)
{
    return entry_of(type, name, WORDS_OF_DESCRIPTOR);
}

PyMethodDef *method_of_module(PyObject *module, const char *name)
{
    return entry_of(module, name, WORDS_OF_FUNCTION);
}

void method_replace(PyMethodDef *entry, method_function ours, method_function *real)
{
    method_function present = (method_function)(void *)entry->ml_meth;

    if (present == ours || (*real != NULL && *real != present))
        return;
    *real = present;
    __atomic_store_n(&entry->ml_meth, (PyCFunction)(void *)ours, __ATOMIC_RELEASE);
}
