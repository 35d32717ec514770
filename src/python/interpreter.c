/* SPDX-License-Identifier: MIT */
/*
 * Per-interpreter state, kept in a capsule that importlib's wrapped functions hold: it ends
 * when importlib ends, and with it the hooks that belong to that interpreter alone.
 */
#include "python/interpreter.h"

#include "imports/registry.h"
#include "python/frames.h"
#include "python/module_state.h"

#include <stdlib.h>

static const char CAPSULE[] = "pihook.interpreter";
static const char STATE_KEY[] = "_pihook";

static struct interpreter *main_interpreter;

struct interpreter *interpreter_main(void)
{
    return __atomic_load_n(&main_interpreter, __ATOMIC_ACQUIRE);
}

static void interpreter_free(struct interpreter *interpreter)
{
    if (interpreter_main() == interpreter)
        __atomic_store_n(&main_interpreter, NULL, __ATOMIC_RELEASE);
    registry_forget(interpreter->id);
    frames_forget();
    api_drop(interpreter->claims);
    api_drop(interpreter->closed);
    api_drop(interpreter->legacy);
    api_drop(interpreter->detached);
    api_drop(interpreter->early);
    api_drop(interpreter->postponed);
    api_drop(interpreter->hooking);
    api_drop(interpreter->callables);
    free(interpreter);
}

static void capsule_end(PyObject *capsule)
{
    struct interpreter *interpreter = py.PyCapsule_GetPointer(capsule, CAPSULE);

    if (interpreter != NULL)
        interpreter_free(interpreter);
}

static bool interpreter_fill(struct interpreter *interpreter)
{
    static unsigned last_id;

    interpreter->id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
    interpreter->claims = py.PyDict_New();
    interpreter->closed = py.PyDict_New();
    interpreter->legacy = py.PyDict_New();
    interpreter->detached = py.PyDict_New();
    interpreter->early = py.PyList_New(0);
    interpreter->postponed = py.PyDict_New();
    interpreter->hooking = py.PyDict_New();
    interpreter->callables = py.PyList_New(0);
    interpreter->makeshift_stderr = py.PySys_GetObject("stderr");
    return interpreter->claims && interpreter->closed && interpreter->legacy &&
           interpreter->detached && interpreter->early && interpreter->postponed &&
           interpreter->hooking && interpreter->callables;
}

/* The capsule goes where importlib's functions are: it ends with them. */
static bool give_to(struct interpreter *interpreter, PyObject *importlib)
{
    PyObject *capsule = py.PyCapsule_New(interpreter, CAPSULE, capsule_end);

    if (capsule == NULL) {
        interpreter_free(interpreter);
        return false;
    }
    interpreter->importlib = importlib;
    interpreter->capsule = capsule;
    int result = py.PyDict_SetItemString(py.PyModule_GetDict(importlib), STATE_KEY, capsule);
    py.Py_DecRef(capsule);
    return result == 0;
}

struct interpreter *interpreter_make(PyObject *importlib)
{
    struct interpreter *interpreter = calloc(1, sizeof *interpreter);

    if (interpreter == NULL) {
        py.PyErr_NoMemory();
        return NULL;
    }
    if (!interpreter_fill(interpreter)) {
        interpreter_free(interpreter);
        return NULL;
    }
    if (!give_to(interpreter, importlib))
        return NULL;
    interpreter->main = interpreter_main() == NULL;
    if (interpreter->main)
        __atomic_store_n(&main_interpreter, interpreter, __ATOMIC_RELEASE);
    return interpreter;
}

static struct interpreter *in_capsule(PyObject *capsule)
{
    return py.PyCapsule_GetPointer(capsule, CAPSULE);
}

struct interpreter *interpreter_of(PyObject *self)
{
    return in_capsule(py.PyTuple_GetItem(self, 0));
}

struct interpreter *interpreter_now(void)
{
    PyObject *modules = py.PyImport_GetModuleDict();
    PyObject *importlib =
        modules == NULL ? NULL : py.PyDict_GetItemString(modules, "_frozen_importlib");
    PyObject *dict = importlib == NULL ? NULL : module_dict(importlib);
    PyObject *capsule = dict == NULL ? NULL : py.PyDict_GetItemString(dict, STATE_KEY);

    return capsule == NULL ? NULL : in_capsule(capsule);
}

PyObject *interpreter_function_data(PyObject *self)
{
    return py.PyTuple_GetItem(self, 1);
}

PyObject *interpreter_function(const struct interpreter *interpreter, PyMethodDef *method,
                               PyObject *data)
{
    PyObject *self = py.PyTuple_Pack(2, interpreter->capsule, data == NULL ? PY_NONE : data);

    if (self == NULL)
        return NULL;
    PyObject *function = py.PyCFunction_NewEx(method, self, NULL);
    py.Py_DecRef(self);
    return function;
}

PyObject *interpreter_module(PyObject *name)
{
    /* The attribute, not the interpreter's own dict: importlib looks there too. */
    PyObject *modules = py.PySys_GetObject("modules");

    return modules == NULL ? NULL : api_dict_get(modules, name);
}
