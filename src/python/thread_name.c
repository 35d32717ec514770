/* SPDX-License-Identifier: MIT */
/* Looks into threading's table of threads.  Called when a finding may need the name. */
#include "python/thread_name.h"

#include "python/api.h"
#include "python/frames.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* The attribute of the instance itself, whatever its class makes of it; a new reference. */
static PyObject *plain_attribute(PyObject *object, const char *name)
{
    PyObject *key = py.PyUnicode_FromString(name);
    PyObject *value = key == NULL ? NULL : py.PyObject_GenericGetAttr(object, key);

    if (value == NULL)
        py.PyErr_Clear();
    api_drop(key);
    return value;
}

/* threading._active[get_ident()], a new reference. */
static PyObject *thread_object(void)
{
    PyObject *modules = py.PyImport_GetModuleDict();
    PyObject *module = modules == NULL ? NULL : py.PyDict_GetItemString(modules, "threading");
    PyObject *active = module == NULL ? NULL : plain_attribute(module, "_active");
    PyObject *ident = py.PyLong_FromUnsignedLong((unsigned long)pthread_self());
    PyObject *thread = active == NULL || ident == NULL ? NULL : api_dict_get(active, ident);

    py.PyErr_Clear();
    api_drop(ident);
    api_drop(active);
    return thread;
}

static void copy(char *name, size_t room, const char *utf8)
{
    size_t length = strnlen(utf8, room - 1);

    while (length > 0 && utf8[length] != '\0' && ((unsigned char)utf8[length] & 0xc0) == 0x80)
        length--; /* not in the middle of a character */
    memcpy(name, utf8, length);
    name[length] = '\0';
}

/* Calls `take` with an attribute of the calling thread's object, if it has both. */
static void with_attribute(const char *name, void (*take)(PyObject *value, void *argument),
                           void *argument)
{
    PyObject *type, *value, *traceback;

    if (!frames_attached())
        return;
    py.PyErr_Fetch(&type, &value, &traceback);
    PyObject *thread = thread_object();
    PyObject *attribute = thread == NULL ? NULL : plain_attribute(thread, name);
    if (attribute != NULL)
        take(attribute, argument);
    api_drop(attribute);
    api_drop(thread);
    py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
}

struct room {
    char *name;
    size_t bytes;
};

static void take_name(PyObject *value, void *argument)
{
    const struct room *room = argument;
    const char *utf8 = api_utf8(value);

    if (utf8 != NULL)
        copy(room->name, room->bytes, utf8);
}

void thread_name_here(char *name, size_t room)
{
    struct room given = {name, room};

    with_attribute("_name", take_name, &given);
}

static void take_daemon(PyObject *value, void *argument)
{
    *(bool *)argument = value == (PyObject *)py._Py_TrueStruct;
}

bool thread_is_daemon_here(void)
{
    bool daemon = false;

    with_attribute("_daemonic", take_daemon, &daemon);
    return daemon;
}
