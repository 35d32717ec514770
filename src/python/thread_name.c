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

void thread_name_here(char *name, size_t room, bool *daemon)
{
    PyObject *type, *value, *traceback;

    if (!frames_attached())
        return;
    py.PyErr_Fetch(&type, &value, &traceback);
    PyObject *thread = thread_object();
    PyObject *string = thread == NULL ? NULL : plain_attribute(thread, "_name");
    PyObject *flag = thread == NULL ? NULL : plain_attribute(thread, "_daemonic");
    const char *utf8 = string == NULL ? NULL : api_utf8(string);
    if (utf8 != NULL)
        copy(name, room, utf8);
    if (flag != NULL)
        *daemon = flag == (PyObject *)py._Py_TrueStruct;
    api_drop(flag);
    api_drop(string);
    api_drop(thread);
    py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
}
