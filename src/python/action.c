/* SPDX-License-Identifier: MIT */
/*
 * The actions of hooks.  Called for each hook that is due, with no lock of pihook's held:
 * what runs here is the user's code and may import, register hooks or start threads.
 */
#include "python/action.h"

#include "base/log.h"
#include "pihook.h"
#include "python/early.h"
#include "python/module_state.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* Past this a line number of an exec hook is not worth an empty line each. */
enum { PADDED_LINES = 10000 };

/* Calls through importlib's own helper, so that tracebacks show no importlib frames. */
static PyObject *call(const struct interpreter *interpreter, PyObject *callable, PyObject *first,
                      PyObject *second)
{
    PyObject *helper = api_attribute(interpreter->importlib, "_call_with_frames_removed");
    PyObject *result =
        helper == NULL ? py.PyObject_CallFunctionObjArgs(callable, first, second, NULL)
                       : py.PyObject_CallFunctionObjArgs(helper, callable, first, second, NULL);

    api_drop(helper);
    return result;
}

static enum action_result result_of(PyObject *returned)
{
    api_drop(returned);
    return returned == NULL ? ACTION_FAILED : ACTION_DONE;
}

static enum action_result run_warn(const struct hook *hook)
{
    size_t length = strlen(hook->text);
    char *line = malloc(length + 1);

    if (line == NULL) {
        log_write(hook->text, length);
        return ACTION_DONE;
    }
    memcpy(line, hook->text, length);
    line[length] = '\n';
    log_write(line, length + 1);
    free(line);
    return ACTION_DONE;
}

/* attribute.path of an object: a new reference, or NULL with an exception. */
static PyObject *resolve(PyObject *object, const char *path)
{
    py.Py_IncRef(object);
    while (object != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        char *name = strndup(path, length);
        PyObject *next =
            name == NULL ? py.PyErr_NoMemory() : py.PyObject_GetAttrString(object, name);

        free(name);
        py.Py_DecRef(object);
        object = next;
        path += length + (path[length] == '.');
    }
    return object;
}

/* Is the exception that is set one about the module of that name, or a package above it? */
static bool is_not_found(const char *name)
{
    PyObject *type, *error, *traceback;
    bool is = false;

    if (!py.PyErr_ExceptionMatches(*py.PyExc_ModuleNotFoundError))
        return false;
    py.PyErr_Fetch(&type, &error, &traceback);
    py.PyErr_NormalizeException(&type, &error, &traceback);
    PyObject *missing = error == NULL ? NULL : api_attribute(error, "name");
    const char *utf8 = missing == NULL || missing == PY_NONE ? NULL : api_utf8(missing);
    if (utf8 != NULL) {
        size_t length = strlen(utf8);

        is = strncmp(name, utf8, length) == 0 && (name[length] == '\0' || name[length] == '.');
    }
    api_drop(missing);
    py.PyErr_Restore(type, error, traceback);
    return is;
}

/* Is the callable only not there yet?  Then takes the exception away and says what to await. */
static bool is_to_come(const struct interpreter *interpreter, const char *name, PyObject *module,
                       PyObject **until)
{
    bool missing = module != NULL && py.PyErr_ExceptionMatches(*py.PyExc_AttributeError);
    bool unfound = module == NULL && early_is_before_program(interpreter) && is_not_found(name);
    PyObject *type, *error, *traceback;

    if (!missing && !unfound)
        return false;
    py.PyErr_Fetch(&type, &error, &traceback);
    if (unfound)
        *until = py.PyUnicode_FromString("");
    else if (module_is_initializing(module))
        *until = py.PyUnicode_FromString(name);
    if (*until == NULL) {
        py.PyErr_Restore(type, error, traceback);
        return false;
    }
    api_drop(type);
    api_drop(error);
    api_drop(traceback);
    return true;
}

/* The function of a `call` hook; NULL with an exception, or with *until set. */
static PyObject *import_callable(const struct interpreter *interpreter, const char *text,
                                 PyObject **until)
{
    const char *colon = strchr(text, ':');
    char *name = strndup(text, (size_t)(colon - text));

    if (name == NULL)
        return py.PyErr_NoMemory();
    PyObject *module = py.PyImport_ImportModule(name);
    PyObject *callable = module == NULL ? NULL : resolve(module, colon + 1);
    if (callable == NULL)
        is_to_come(interpreter, name, module, until);
    api_drop(module);
    free(name);
    return callable;
}

static bool is_missing(void)
{
    return py.PyErr_ExceptionMatches(*py.PyExc_ImportError) ||
           py.PyErr_ExceptionMatches(*py.PyExc_AttributeError);
}

static enum action_result missing(const struct hook *hook)
{
    if (!hook->optional || !is_missing())
        return ACTION_FAILED;
    py.PyErr_Clear();
    return ACTION_DONE;
}

static enum action_result run_call(const struct interpreter *interpreter, const struct hook *hook,
                                   PyObject *module, PyObject **until)
{
    PyObject *callable = import_callable(interpreter, hook->text, until);

    if (callable == NULL)
        return *until != NULL ? ACTION_POSTPONED : missing(hook);
    PyObject *returned = call(interpreter, callable, module, NULL);
    py.Py_DecRef(callable);
    return result_of(returned);
}

/* Empty lines in front make line numbers of tracebacks those of the configuration file. */
static PyObject *compile(const struct hook *hook)
{
    size_t padding = hook->line > 0 && hook->line < PADDED_LINES ? hook->line - 1 : 0;
    size_t length = strlen(hook->text);
    char *code = malloc(padding + length + 2);

    if (code == NULL)
        return py.PyErr_NoMemory();
    memset(code, '\n', padding);
    memcpy(code + padding, hook->text, length);
    memcpy(code + padding + length, "\n", 2);
    PyObject *compiled =
        py.Py_CompileString(code, hook->file == NULL ? "<pihook>" : hook->file, Py_file_input);
    free(code);
    return compiled;
}

static PyObject *namespace_for(PyObject *module)
{
    PyObject *names = py.PyDict_New();
    PyObject *title = py.PyUnicode_FromString("pihook.exec");

    if (names == NULL || title == NULL ||
        py.PyDict_SetItemString(names, "__builtins__", py.PyEval_GetBuiltins()) < 0 ||
        py.PyDict_SetItemString(names, "__name__", title) < 0 ||
        py.PyDict_SetItemString(names, "module", module) < 0) {
        api_drop(names);
        names = NULL;
    }
    api_drop(title);
    return names;
}

static enum action_result run_exec(const struct interpreter *interpreter, const struct hook *hook,
                                   PyObject *module)
{
    PyObject *code = compile(hook);
    PyObject *names = code == NULL ? NULL : namespace_for(module);
    PyObject *exec =
        names == NULL ? NULL : py.PyDict_GetItemString(py.PyEval_GetBuiltins(), "exec");
    PyObject *returned = exec == NULL ? NULL : call(interpreter, exec, code, names);

    api_drop(names);
    api_drop(code);
    return result_of(returned);
}

static void *native_symbol(const char *text)
{
    const char *colon = strrchr(text, ':');
    char *file = strndup(text, (size_t)(colon - text));
    void *handle = file == NULL ? NULL : dlopen(file, RTLD_NOW | RTLD_LOCAL);
    void *symbol = handle == NULL ? NULL : dlsym(handle, colon + 1);

    free(file);
    if (symbol == NULL) {
        const char *why = dlerror();
        py.PyErr_Format(*py.PyExc_ImportError, "%s", why == NULL ? "out of memory" : why);
    }
    return symbol;
}

/* A C hook has no way to say that it failed but the interpreter's. */
static enum action_result native_result(void)
{
    return py.PyErr_Occurred() == NULL ? ACTION_DONE : ACTION_FAILED;
}

static enum action_result run_native(const struct hook *hook, PyObject *name, PyObject *module)
{
    const char *utf8 = api_utf8(name);
    void (*function)(const char *, void *);

    *(void **)&function = native_symbol(hook->text);
    if (function == NULL)
        return missing(hook);
    function(utf8, module);
    return native_result();
}

static enum action_result run_function(const struct hook *hook, PyObject *name, PyObject *module)
{
    pihook_hook *function;

    *(void **)&function = hook->target;
    function(api_utf8(name), module, hook->argument);
    return native_result();
}

enum action_result action_run(const struct interpreter *interpreter, const struct hook *hook,
                              PyObject *name, PyObject *module, PyObject **until)
{
    switch (hook->action) {
    case ACTION_WARN:
        return run_warn(hook);
    case ACTION_CALL:
        return run_call(interpreter, hook, module, until);
    case ACTION_EXEC:
        return run_exec(interpreter, hook, module);
    case ACTION_NATIVE:
        return run_native(hook, name, module);
    case ACTION_FUNCTION:
        return run_function(hook, name, module);
    case ACTION_PYTHON:
        break;
    }
    return result_of(call(interpreter, hook->target, module, NULL));
}
