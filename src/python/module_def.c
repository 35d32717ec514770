/* SPDX-License-Identifier: MIT */
/*
 * Module definitions.  Called while an interpreter starts.  This is the one place that reads
 * a structure of CPython; the stable ABI fixes it but for the size of the object's header,
 * and the module's name, found where it should be, shows that it is right.
 */
#include "python/module_def.h"

#include "base/image.h"

#include <string.h>

enum { MOST_SLOTS = 16, PY_MOD_EXEC = 2 };

struct slot {
    int slot;
    void *value;
};

/* PyModuleDef behind the object's header. */
struct definition {
    void *init;
    ssize_t index;
    void *copy;
    const char *name, *doc;
    ssize_t size;
    void *methods;
    const struct slot *slots;
};

static struct slot ours[MOST_SLOTS + 2];

static bool is_definition(PyObject *type)
{
    PyObject *name = api_attribute(type, "__name__");
    bool is = name != NULL && py.PyUnicode_CompareWithASCIIString(name, "moduledef") == 0;

    api_drop(name);
    return is;
}

/* A pointer that lies in a loaded object can be followed. */
static bool is_mapped(const void *pointer)
{
    struct image image;

    return pointer != NULL && image_at(pointer, &image);
}

static struct definition *definition_of(PyObject *object, const char *name)
{
    long header = api_header_size();
    struct definition *definition = (struct definition *)((char *)object + header);

    if (header <= 0 || !is_mapped(definition->name) || strcmp(definition->name, name) != 0 ||
        !is_mapped(definition->slots))
        return NULL;
    return definition;
}

static bool add_slot(struct definition *definition, int (*exec)(PyObject *module))
{
    unsigned count = 0;

    if (definition->slots == ours)
        return true;
    ours[0].slot = PY_MOD_EXEC;
    *(int (**)(PyObject *)) & ours[0].value = exec;
    for (const struct slot *slot = definition->slots; slot->slot != 0; slot++) {
        if (count == MOST_SLOTS)
            return false;
        ours[++count] = *slot;
    }
    ours[count + 1] = (struct slot){0, NULL};
    definition->slots = ours;
    return true;
}

bool module_def_add_exec(PyObject *object, const char *name, int (*exec)(PyObject *module))
{
    PyObject *type = py.PyObject_Type(object);
    bool done = true;

    if (type != NULL && is_definition(type)) {
        struct definition *definition = definition_of(object, name);

        done = definition != NULL && add_slot(definition, exec);
    }
    py.PyErr_Clear();
    api_drop(type);
    return done;
}
