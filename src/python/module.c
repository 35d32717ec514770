/* SPDX-License-Identifier: MIT */
/*
 * The module `pihook`.  Called by importlib when a program imports it, and by the program.
 */
#include "python/module.h"

#include "imports/registry.h"
#include "python/acquire.h"
#include "python/fire.h"
#include "python/loader.h"
#include "python/lock_type.h"
#include "python/status.h"

#include <string.h>

struct place {
    PyObject *file;
    int line;
};

/* Where the program registers a hook; no exception is left. */
static struct place place_now(void)
{
    PyObject *frame = py.PyEval_GetFrame();
    PyObject *code = frame == NULL ? NULL : api_attribute(frame, "f_code");
    struct place place = {code == NULL ? NULL : api_attribute(code, "co_filename"), 0};

    if (frame != NULL)
        place.line = py.PyFrame_GetLineNumber(frame);
    api_drop(code);
    return place;
}

/* data of the decorator: (name, raise, reload) */
static long add_callable(struct interpreter *interpreter, PyObject *data, PyObject *callable)
{
    struct place place = place_now();
    struct hook hook = {
        .pattern = api_utf8(py.PyTuple_GetItem(data, 0)),
        .action = ACTION_PYTHON,
        .target = callable,
        .scope = interpreter->id,
        .file = place.file == NULL ? NULL : api_utf8(place.file),
        .line = (unsigned)place.line,
        .raise = py.PyObject_IsTrue(py.PyTuple_GetItem(data, 1)),
        .reload = py.PyObject_IsTrue(py.PyTuple_GetItem(data, 2)),
    };
    long serial = -1;

    /* The interpreter keeps it; a hook is never removed before its interpreter ends. */
    if (py.PyList_Append(interpreter->callables, callable) == 0 &&
        (serial = registry_add(&hook)) < 0)
        py.PyErr_NoMemory();
    api_drop(place.file);
    return serial;
}

static PyObject *decorate(PyObject *self, PyObject *callable)
{
    struct interpreter *interpreter = interpreter_of(self);

    if (!py.PyCallable_Check(callable))
        return py.PyErr_Format(*py.PyExc_TypeError,
                               "when_imported() decorates a function that takes the module");
    long serial = add_callable(interpreter, interpreter_function_data(self), callable);
    if (serial < 0 || fire_registered(interpreter, serial) < 0)
        return NULL;
    py.Py_IncRef(callable);
    return callable;
}

static PyMethodDef DECORATOR = {"when_imported", decorate, METH_O, NULL};

/* NULL with an exception unless it is a name that hooks can have. */
static const char *checked_name(PyObject *name)
{
    ssize_t size = 0;
    const char *utf8 = py.PyUnicode_AsUTF8AndSize(name, &size);

    if (utf8 == NULL)
        py.PyErr_Clear();
    if (utf8 == NULL || *utf8 == '\0' || *utf8 == '.' || utf8[size - 1] == '.' ||
        strlen(utf8) != (size_t)size) {
        py.PyErr_Format(*py.PyExc_ValueError,
                        "expected an absolute dotted module name or a glob, got '%S'", name);
        return NULL;
    }
    return utf8;
}

static PyObject *when_imported(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char name_keyword[] = "name", error_keyword[] = "on_error", reload_keyword[] = "reload";
    static char *keywords[] = {name_keyword, error_keyword, reload_keyword, NULL};
    PyObject *name;
    const char *on_error = "raise";
    int reload = 0;

    if (!py.PyArg_ParseTupleAndKeywords(args, kwargs, "U|$sp:when_imported", keywords, &name,
                                        &on_error, &reload) ||
        checked_name(name) == NULL)
        return NULL;
    bool raise = strcmp(on_error, "raise") == 0;
    if (!raise && strcmp(on_error, "report") != 0)
        return py.PyErr_Format(*py.PyExc_ValueError,
                               "on_error is '%s': expected 'raise' or 'report'", on_error);
    PyObject *raise_flag = py.PyBool_FromLong(raise), *reload_flag = py.PyBool_FromLong(reload);
    PyObject *data = py.PyTuple_Pack(3, name, raise_flag, reload_flag);
    PyObject *decorator =
        data == NULL ? NULL : interpreter_function(interpreter_of(self), &DECORATOR, data);
    api_drop(data);
    api_drop(raise_flag);
    api_drop(reload_flag);
    return decorator;
}

static PyObject *status(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return status_make();
}

static PyObject *hooks(PyObject *self, PyObject *unused)
{
    (void)unused;
    return status_hooks(interpreter_of(self)->id);
}

static PyObject *import_statements(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return status_statements();
}

/* The lock of a condition is the one that it was made with. */
static PyObject *lock_in(PyObject *object, enum lock_type *type)
{
    PyObject *inner = lock_type_is(object, type) ? NULL : api_attribute(object, "_lock");

    if (inner != NULL && lock_type_is(inner, type))
        return inner;
    api_drop(inner);
    if (!lock_type_is(object, type))
        return py.PyErr_Format(*py.PyExc_TypeError, "expected a Lock, RLock or Condition, got %R",
                               object);
    py.Py_IncRef(object);
    return object;
}

static PyObject *name_lock(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char lock_keyword[] = "lock", name_keyword[] = "name";
    static char *keywords[] = {lock_keyword, name_keyword, NULL};
    PyObject *object, *name;
    enum lock_type type;

    (void)self;
    if (!py.PyArg_ParseTupleAndKeywords(args, kwargs, "OU:name_lock", keywords, &object, &name))
        return NULL;
    PyObject *lock = lock_in(object, &type);
    const char *utf8 = lock == NULL ? NULL : py.PyUnicode_AsUTF8AndSize(name, NULL);
    if (utf8 != NULL)
        lock_type_name(lock, utf8);
    api_drop(lock);
    return utf8 == NULL ? NULL : api_none();
}

static PyObject *findings(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return status_findings();
}

static PyMethodDef functions[] = {
    {"when_imported", (PyCFunction)(void *)when_imported, METH_VARARGS | METH_KEYWORDS,
     "when_imported($module, name, *, on_error='raise', reload=False)\n--\n\n"
     "Decorator: call the function with the module once `name` has been imported.\n\n"
     "name is an absolute dotted name or a glob over dotted names ('numpy.*', '*').  The\n"
     "function runs once for each module object, after the module's body and the binding in\n"
     "its parent package, before the import statement goes on and before another thread can\n"
     "import the module; at once if the module is imported already.  It is returned as it is.\n\n"
     "on_error='raise': its exception goes to the importer, whose import fails;\n"
     "'report': it is told on stderr and the import succeeds.\n"
     "reload=True: the function runs again after importlib.reload().\n\n"
     "    @when_imported('threading')\n"
     "    def warn(module):\n"
     "        print('Threads? Are you crazy?')\n\n"
     "Raises ValueError for a name or an on_error that is none of these."},
    {"status", status, METH_NOARGS,
     "status($module)\n--\n\n"
     "Return a dict that says what of pihook is live in this process, and by which road.\n\n"
     "'version', 'preloaded', 'python': strings and a bool.  'roads': for 'imports' and\n"
     "'statements' a dict with 'live' (something has come along this road), 'road' (its\n"
     "name, or None), 'why' (a sentence, or None) and 'seen' (how much came); 'statements'\n"
     "also has 'sites', the number of redirected calls.  'counters': 'modules' imported,\n"
     "'hooks_run', 'hooks_failed', 'statements_lost' for want of room."},
    {"hooks", hooks, METH_NOARGS,
     "hooks($module)\n--\n\n"
     "Return a list of the registered post-import hooks, a dict each, in order of registration.\n\n"
     "Keys: 'name' (as registered), 'action' ('warn', 'call', 'exec', 'native', 'python',\n"
     "'function'), 'target' (text or callable, or None), 'file' and 'line' of the registration\n"
     "(None if unknown), 'on_error', 'optional', 'reload'."},
    {"name_lock", (PyCFunction)(void *)name_lock, METH_VARARGS | METH_KEYWORDS,
     "name_lock($module, lock, name)\n--\n\n"
     "Give a Lock, RLock or Condition a name that findings tell.\n\n"
     "The name ends with the lock.  Raises TypeError for anything else, and for a name that is\n"
     "no str.  Does nothing where locks are not checked."},
    {"findings", findings, METH_NOARGS,
     "findings($module)\n--\n\n"
     "Return a list of what was told in this process so far, a dict each, in order.\n\n"
     "Keys: 'rule', 'level' ('warning' or 'error'), 'sentence' (a long one is cut), 'count'.\n"
     "No more than 256 are kept; suppressed ones are not in it."},
    {"import_statements", import_statements, METH_NOARGS,
     "import_statements($module)\n--\n\n"
     "Return who imported what and how often, cached imports included: a list of dicts.\n\n"
     "Keys: 'importer' (module name, '' for C code), 'imported' (with leading dots where\n"
     "relative), 'file' and 'line' of the first such statement that ran, 'count'.  Empty\n"
     "unless option import-statements is on."},
    {NULL, NULL, 0, NULL},
};

static int add_functions(PyObject *module, const struct interpreter *interpreter)
{
    PyObject *names = py.PyModule_GetDict(module);

    for (PyMethodDef *method = functions; method->ml_name != NULL; method++) {
        PyObject *function = interpreter_function(interpreter, method, NULL);
        int added =
            function == NULL ? -1 : py.PyDict_SetItemString(names, method->ml_name, function);

        api_drop(function);
        if (added < 0)
            return -1;
    }
    return acquire_add(names) < 0 ? -1 : status_add_constants(names);
}

/* The loader's two methods. */
static PyObject *create_module(PyObject *self, PyObject *spec)
{
    PyObject *module = py.PyModule_New("pihook");

    (void)spec;
    if (module == NULL || add_functions(module, interpreter_of(self)) == 0)
        return module;
    py.Py_DecRef(module);
    return NULL;
}

static PyObject *exec_module(PyObject *self, PyObject *module)
{
    (void)self;
    (void)module;
    return api_none();
}

static PyMethodDef loader_methods[] = {
    {"create_module", create_module, METH_O, NULL},
    {"exec_module", exec_module, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyObject *module_find_spec(const struct interpreter *interpreter)
{
    PyObject *loader = loader_make(interpreter, loader_methods, NULL);
    PyObject *type = api_attribute(interpreter->importlib, "ModuleSpec");
    PyObject *name = py.PyUnicode_FromString("pihook");
    PyObject *spec = loader == NULL || type == NULL || name == NULL
                         ? NULL
                         : py.PyObject_CallFunctionObjArgs(type, name, loader, NULL);

    api_drop(name);
    api_drop(type);
    api_drop(loader);
    return spec;
}
