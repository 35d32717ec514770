/* SPDX-License-Identifier: MIT */
/*
 * importlib's wrapped functions: each calls the real one once with the arguments it got, and
 * hands on its result.  Called by importlib for imports that load something.
 */
#include "python/importlib.h"

#include "python/early.h"
#include "python/fire.h"
#include "python/import_trace.h"
#include "python/import_watch.h"
#include "python/interpreter.h"
#include "python/lazy_trace.h"
#include "python/lock_road.h"
#include "python/module.h"
#include "python/module_state.h"
#include "python/module_uses.h"

const struct import_watch *import_watch;

void import_watch_set(const struct import_watch *watch)
{
    import_watch = watch;
}

static PyObject *call_real(PyObject *self, PyObject *const *args, ssize_t count, PyObject *names)
{
    return api_call(interpreter_function_data(self), args, count, names);
}

/* The result, or NULL where hooks left an exception for the importer. */
static PyObject *unless_failed(PyObject *result, int fired)
{
    if (fired == 0)
        return result;
    py.Py_DecRef(result);
    return NULL;
}

/* _verbose_message('import {!r} # {!r}', spec.name, spec.loader) */
static bool says_body_has_run(PyObject *const *args, ssize_t count)
{
    return count == 3 && py.PyUnicode_CompareWithASCIIString(args[0], "import {!r} # {!r}") == 0;
}

static PyObject *verbose_message(PyObject *self, PyObject *const *args, ssize_t count,
                                 PyObject *names)
{
    /* Without -v the real one does nothing, and it is called several times an import. */
    PyObject *result =
        interpreter_of(self)->is_quiet ? api_none() : call_real(self, args, count, names);

    if (result == NULL || !says_body_has_run(args, count))
        return result;
    import_trace_named(TRACE_BODY_ENDS, args[1], true);
    lazy_trace_loaded(interpreter_of(self), args[1]);
    return unless_failed(result, fire_loaded(interpreter_of(self), args[1]));
}

/* An exception that is set stays as it is. */
static void set_initializing(PyObject *spec, bool is)
{
    PyObject *type, *value, *traceback;
    PyObject *flag = py.PyBool_FromLong(is);

    py.PyErr_Fetch(&type, &value, &traceback);
    if (py.PyObject_SetAttrString(spec, "_initializing", flag) < 0)
        py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
    py.Py_DecRef(flag);
}

/* Such a loader leaves `_initializing` alone: it is raised for the time of the hooks. */
static PyObject *fire_legacy(struct interpreter *interpreter, PyObject *name, PyObject *module)
{
    PyObject *spec = module_spec(module);

    if (spec == NULL)
        return unless_failed(module, fire_loaded(interpreter, name));
    py.Py_IncRef(spec);
    set_initializing(spec, true);
    module = unless_failed(module, fire_loaded(interpreter, name));
    set_initializing(spec, false);
    py.Py_DecRef(spec);
    return module;
}

/* The name of the spec that is the first argument: a new reference, or NULL. */
static PyObject *name_in(PyObject *const *args, ssize_t count)
{
    return count > 0 ? api_attribute(args[0], "name") : NULL;
}

static void note(PyObject *set, PyObject *name)
{
    if (py.PyDict_SetItem(set, name, PY_NONE) < 0)
        py.PyErr_Clear();
}

/* An exception that is set stays as it is. */
static void forget(PyObject *set, PyObject *name)
{
    PyObject *type, *value, *traceback;

    py.PyErr_Fetch(&type, &value, &traceback);
    if (py.PyDict_DelItem(set, name) < 0)
        py.PyErr_Clear();
    py.PyErr_Restore(type, value, traceback);
}

/* _load_backward_compatible(spec) */
static PyObject *load_backward_compatible(PyObject *self, PyObject *const *args, ssize_t count,
                                          PyObject *names)
{
    struct interpreter *interpreter = interpreter_of(self);
    PyObject *name = name_in(args, count);

    if (name == NULL)
        return call_real(self, args, count, names);
    note(interpreter->legacy, name);
    PyObject *module = call_real(self, args, count, names);
    if (module != NULL)
        module = fire_legacy(interpreter, name, module);
    forget(interpreter->legacy, name);
    py.Py_DecRef(name);
    return module;
}

/* _load(spec): an import that does not touch the parent, and so must our hooks. */
static PyObject *load(PyObject *self, PyObject *const *args, ssize_t count, PyObject *names)
{
    struct interpreter *interpreter = interpreter_of(self);
    PyObject *name = name_in(args, count);

    if (name == NULL)
        return call_real(self, args, count, names);
    note(interpreter->detached, name);
    PyObject *module = call_real(self, args, count, names);
    forget(interpreter->detached, name);
    py.Py_DecRef(name);
    return module;
}

/* ---- the locks of modules ---- */

static PyObject *watched(PyObject *self, PyObject *const *args, ssize_t count, PyObject *names,
                         void (*before)(const char *, unsigned),
                         void (*after)(const char *, unsigned))
{
    unsigned interpreter = interpreter_of(self)->id;
    PyObject *name = count > 0 ? args[0] : NULL;
    const char *utf8 = name == NULL ? NULL : api_utf8(name);

    if (utf8 == NULL)
        return call_real(self, args, count, names);
    py.Py_IncRef(name);
    before(utf8, interpreter);
    PyObject *result = call_real(self, args, count, names);
    after(utf8, interpreter);
    py.Py_DecRef(name);
    return result;
}

/* _find_and_load(name, import_) takes the lock, */
static PyObject *find_and_load(PyObject *self, PyObject *const *args, ssize_t count,
                               PyObject *names)
{
    PyObject *name = count > 0 ? args[0] : PY_NONE;

    py.Py_IncRef(name);
    import_trace_named(TRACE_IMPORT_BEGINS, name, true);
    module_uses_import_begins();
    PyObject *module = watched(self, args, count, names, import_watch->wants, import_watch->wanted);
    module_uses_import_ends(interpreter_of(self)->importlib, name, module);
    import_trace_named(TRACE_IMPORT_ENDS, name, module != NULL);
    py.Py_DecRef(name);
    return module;
}

/* and calls _find_and_load_unlocked(name, import_) with it. */
static PyObject *find_and_load_unlocked(PyObject *self, PyObject *const *args, ssize_t count,
                                        PyObject *names)
{
    return watched(self, args, count, names, import_watch->loads, import_watch->loaded);
}

/* _lock_unlock_module(name) waits until another thread has loaded the module. */
static PyObject *lock_unlock_module(PyObject *self, PyObject *const *args, ssize_t count,
                                    PyObject *names)
{
    return watched(self, args, count, names, import_watch->wants, import_watch->wanted);
}

/* _exec(spec, module) */
static PyObject *exec(PyObject *self, PyObject *const *args, ssize_t count, PyObject *names)
{
    PyObject *module = call_real(self, args, count, names);
    PyObject *name = module == NULL ? NULL : name_in(args, count);

    if (name == NULL)
        return module;
    module = unless_failed(module, fire_reloaded(interpreter_of(self), name, module));
    py.Py_DecRef(name);
    return module;
}

/* _find_spec(name, path, target=None) */
static PyObject *find_spec(PyObject *self, PyObject *const *args, ssize_t count, PyObject *names)
{
    struct interpreter *interpreter = interpreter_of(self);

    early_look(interpreter);
    if (count > 0 && py.PyUnicode_CompareWithASCIIString(args[0], "pihook") == 0)
        return module_find_spec(interpreter);
    if (count == 0)
        return call_real(self, args, count, names);
    import_trace_named(TRACE_IMPORT_FINDS, args[0], true);
    PyObject *spec = call_real(self, args, count, names);
    import_trace_named(TRACE_IMPORT_FOUND, args[0], spec != NULL && spec != PY_NONE);
    return spec;
}

/* module_from_spec(spec) */
static PyObject *module_from_spec(PyObject *self, PyObject *const *args, ssize_t count,
                                  PyObject *names)
{
    return import_trace_create(interpreter_function_data(self), args, count, names);
}

#define WRAPPED(name, function, required)                                                    \
    {                                                                                        \
        {name, (PyCFunction)(void *)function, METH_FASTCALL | METH_KEYWORDS, NULL}, required \
    }

struct wrapped {
    PyMethodDef method;
    bool required;
};

static struct wrapped if_watched[] = {
    WRAPPED("_find_and_load", find_and_load, false),
    WRAPPED("_find_and_load_unlocked", find_and_load_unlocked, false),
    WRAPPED("_lock_unlock_module", lock_unlock_module, false),
};

static struct wrapped if_traced[] = {
    WRAPPED("module_from_spec", module_from_spec, false),
};

enum { IF_TRACED_COUNT = sizeof if_traced / sizeof if_traced[0] };
enum { IF_WATCHED_COUNT = sizeof if_watched / sizeof if_watched[0] };

static struct wrapped wrapped[] = {
    WRAPPED("_verbose_message", verbose_message, true),
    WRAPPED("_load_backward_compatible", load_backward_compatible, false),
    WRAPPED("_load", load, false),
    WRAPPED("_exec", exec, true),
    WRAPPED("_find_spec", find_spec, true),
};

enum { WRAPPED_COUNT = sizeof wrapped / sizeof wrapped[0] };

static const char *missing_in(PyObject *names)
{
    static const char *const ALSO[] = {"_handle_fromlist", "_lock_unlock_module", "ModuleSpec"};

    for (size_t i = 0; i < WRAPPED_COUNT; i++)
        if (wrapped[i].required && !py.PyDict_GetItemString(names, wrapped[i].method.ml_name))
            return wrapped[i].method.ml_name;
    for (size_t i = 0; i < sizeof ALSO / sizeof ALSO[0]; i++)
        if (!py.PyDict_GetItemString(names, ALSO[i]))
            return ALSO[i];
    return NULL;
}

static int wrap(PyObject *names, const struct interpreter *interpreter, PyMethodDef *method)
{
    PyObject *real = py.PyDict_GetItemString(names, method->ml_name);
    PyObject *function = real == NULL ? NULL : interpreter_function(interpreter, method, real);
    int result = function == NULL ? -1 : py.PyDict_SetItemString(names, method->ml_name, function);

    api_drop(function);
    return real == NULL ? 0 : result;
}

/* Those that are there: without one of them less is told, and no more than that. */
static void wrap_some(PyObject *names, const struct interpreter *interpreter, struct wrapped *some,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (wrap(names, interpreter, &some[i].method) < 0)
            py.PyErr_Clear();
}

static const char *wrap_all(PyObject *importlib, PyObject *names)
{
    struct interpreter *interpreter = interpreter_make(importlib);
    const char *missing = interpreter == NULL ? "memory" : NULL;

    if (interpreter == NULL)
        return missing;
    for (size_t i = 0; i < WRAPPED_COUNT && missing == NULL; i++)
        if (wrap(names, interpreter, &wrapped[i].method) < 0)
            missing = wrapped[i].method.ml_name;
    if (import_watch != NULL)
        wrap_some(names, interpreter, if_watched, IF_WATCHED_COUNT);
    if (import_trace != NULL)
        wrap_some(names, interpreter, if_traced, IF_TRACED_COUNT);
    if (missing == NULL)
        fire_begin(interpreter);
    lazy_trace_begin(interpreter);
    lock_road_take();
    module_uses_begin();
    return missing;
}

const char *importlib_wrap(void)
{
    PyObject *modules = py.PyImport_GetModuleDict();
    PyObject *importlib =
        modules == NULL ? NULL : py.PyDict_GetItemString(modules, "_frozen_importlib");
    PyObject *names = importlib == NULL ? NULL : module_dict(importlib);

    /* A program may take it out of sys.modules and import _io again. */
    if (names == NULL || interpreter_now() != NULL)
        return NULL;
    const char *missing = missing_in(names);
    if (missing == NULL)
        missing = wrap_all(importlib, names);
    py.PyErr_Clear();
    return missing;
}
