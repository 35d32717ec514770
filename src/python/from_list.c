/* SPDX-License-Identifier: MIT */
/*
 * The wait of `from package import submodule` for hooks that run.  importlib's
 * _handle_fromlist is looked up by attribute for each such statement, so it is replaced only
 * while there is something to wait for.
 */
#include "python/from_list.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

static const char HANDLER[] = "_handle_fromlist";

/* Is it a submodule whose hooks run in another thread? */
static bool must_wait(const struct interpreter *interpreter, PyObject *name)
{
    PyObject *owner = api_dict_get(interpreter->hooking, name);
    long thread = owner == NULL ? 0 : py.PyLong_AsLong(owner);

    api_drop(owner);
    return owner != NULL && thread != (long)(intptr_t)pthread_self();
}

/* importlib's own wait: it knows about threads that wait for each other's imports. */
static int wait_for(const struct interpreter *interpreter, PyObject *package, PyObject *item)
{
    PyObject *name = py.PyUnicode_FromFormat("%U.%U", package, item);
    PyObject *returned = NULL;
    int result = 0;

    if (name != NULL && must_wait(interpreter, name)) {
        PyObject *wait = api_attribute(interpreter->importlib, "_lock_unlock_module");

        if (wait != NULL) {
            returned = py.PyObject_CallFunctionObjArgs(wait, name, NULL);
            result = returned == NULL ? -1 : 0;
        }
        api_drop(wait);
    } else if (name == NULL) {
        py.PyErr_Clear(); /* an item that is no string: the real function tells */
    }
    api_drop(returned);
    api_drop(name);
    return result;
}

static int wait_for_all(const struct interpreter *interpreter, PyObject *module, PyObject *items)
{
    PyObject *package = api_attribute(module, "__name__");
    ssize_t count = package == NULL ? 0 : py.PySequence_Size(items);
    int result = 0;

    for (ssize_t i = 0; i < count && result == 0; i++) {
        PyObject *item = py.PySequence_GetItem(items, i);

        if (item != NULL && api_utf8(item) != NULL)
            result = wait_for(interpreter, package, item);
        api_drop(item);
    }
    if (result == 0)
        py.PyErr_Clear();
    api_drop(package);
    return result;
}

/* _handle_fromlist(module, fromlist, import_, *, recursive=False) */
static PyObject *handle_fromlist(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (py.PyTuple_Size(args) >= 2 &&
        wait_for_all(interpreter_of(self), py.PyTuple_GetItem(args, 0),
                     py.PyTuple_GetItem(args, 1)) < 0)
        return NULL;
    return py.PyObject_Call(interpreter_function_data(self), args, kwargs);
}

static PyMethodDef METHOD = {HANDLER, (PyCFunction)(void *)handle_fromlist,
                             METH_VARARGS | METH_KEYWORDS, NULL};

/* The mutex is held for a counter and an entry of a dict, never while anything else can run. */
static void swap(struct interpreter *interpreter, int change, PyObject *handler)
{
    pthread_mutex_lock(&interpreter->from_list_mutex);
    bool was = interpreter->from_list_users > 0;
    interpreter->from_list_users += (unsigned)change;
    if (was != (interpreter->from_list_users > 0) &&
        py.PyDict_SetItemString(py.PyModule_GetDict(interpreter->importlib), HANDLER, handler) < 0)
        py.PyErr_Clear();
    pthread_mutex_unlock(&interpreter->from_list_mutex);
}

bool from_list_enter(struct interpreter *interpreter, PyObject *name, const char *utf8)
{
    if (strchr(utf8, '.') == NULL)
        return false;
    PyObject *thread = py.PyLong_FromLong((long)(intptr_t)pthread_self());
    PyObject *handler = interpreter_function(interpreter, &METHOD, interpreter->from_list_real);
    bool entered = thread != NULL && handler != NULL &&
                   py.PyDict_SetItem(interpreter->hooking, name, thread) == 0;

    if (entered)
        swap(interpreter, 1, handler);
    py.PyErr_Clear();
    api_drop(handler);
    api_drop(thread);
    return entered;
}

void from_list_leave(struct interpreter *interpreter, PyObject *name)
{
    PyObject *type, *value, *traceback;

    py.PyErr_Fetch(&type, &value, &traceback);
    swap(interpreter, -1, interpreter->from_list_real);
    if (py.PyDict_DelItem(interpreter->hooking, name) < 0)
        py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
}
