/* SPDX-License-Identifier: MIT */
/*
 * The wait of `from package import submodule` for hooks that run.
 *
 * The real function is asked first.  If it found no attribute, it has imported the submodule,
 * which waits.  If it found one that was bound for hooks, these are noted already, since
 * they are noted before the attribute is bound: then we wait after it.  Waiting before it
 * would leave a gap, and so would replacing the function only while hooks run: a statement
 * may have looked it up already.
 */
#include "python/from_list.h"

#include "base/glob.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

static const char HANDLER[] = "_handle_fromlist";

static long this_thread(void)
{
    return (long)(intptr_t)pthread_self();
}

/* Is it a submodule whose hooks run in another thread? */
static bool must_wait(const struct interpreter *interpreter, PyObject *name)
{
    PyObject *owner = api_dict_get(interpreter->hooking, name);
    long thread = owner == NULL ? 0 : py.PyLong_AsLong(owner);

    api_drop(owner);
    return owner != NULL && thread != this_thread();
}

/* importlib's own wait: it knows about threads that wait for each other's imports. */
static int wait_for(const struct interpreter *interpreter, PyObject *name)
{
    PyObject *wait = api_attribute(interpreter->importlib, "_lock_unlock_module");
    PyObject *returned =
        wait == NULL ? api_none() : py.PyObject_CallFunctionObjArgs(wait, name, NULL);

    api_drop(wait);
    api_drop(returned);
    return returned == NULL ? -1 : 0;
}

static int wait_for_item(const struct interpreter *interpreter, PyObject *package, PyObject *item)
{
    PyObject *name =
        api_utf8(item) == NULL ? NULL : py.PyUnicode_FromFormat("%U.%U", package, item);
    int result = 0;

    if (name == NULL)
        py.PyErr_Clear(); /* no string: the real function has told, or it is in __all__ */
    else if (must_wait(interpreter, name))
        result = wait_for(interpreter, name);
    api_drop(name);
    return result;
}

static int wait_for_items(const struct interpreter *interpreter, PyObject *module, PyObject *items)
{
    PyObject *package = api_attribute(module, "__name__");
    ssize_t count = package == NULL || api_utf8(package) == NULL ? 0 : py.PySequence_Size(items);
    int result = 0;

    for (ssize_t i = 0; i < count && result == 0; i++) {
        PyObject *item = py.PySequence_GetItem(items, i);

        if (item != NULL)
            result = wait_for_item(interpreter, package, item);
        api_drop(item);
    }
    if (result == 0)
        py.PyErr_Clear();
    api_drop(package);
    return result;
}

/* The result of the real function, handed on when no hook runs any more that it may have met. */
static PyObject *after_hooks(PyObject *self, PyObject *result, PyObject *module, PyObject *items)
{
    const struct interpreter *interpreter = interpreter_of(self);

    if (result == NULL || __atomic_load_n(&interpreter->hooking_count, __ATOMIC_SEQ_CST) == 0 ||
        wait_for_items(interpreter, module, items) == 0)
        return result;
    py.Py_DecRef(result);
    return NULL;
}

/* _handle_fromlist(module, fromlist, import_, *, recursive=False) */
static PyObject *handle(PyObject *self, PyObject *const *args, ssize_t count, PyObject *names)
{
    PyObject *result = api_call(interpreter_function_data(self), args, count, names);

    return count < 2 ? result : after_hooks(self, result, args[0], args[1]);
}

static PyMethodDef method = {HANDLER, (PyCFunction)(void *)handle, METH_FASTCALL | METH_KEYWORDS,
                             NULL};

static bool wrap(struct interpreter *interpreter)
{
    PyObject *names = py.PyModule_GetDict(interpreter->importlib);
    PyObject *real = py.PyDict_GetItemString(names, HANDLER);
    PyObject *ours = real == NULL ? NULL : interpreter_function(interpreter, &method, real);
    bool done = ours != NULL && py.PyDict_SetItemString(names, HANDLER, ours) == 0;

    py.PyErr_Clear();
    api_drop(ours);
    return done;
}

void from_list_ensure(struct interpreter *interpreter, const char *pattern)
{
    bool wrapped = false;

    if (strchr(pattern, '.') == NULL && !glob_is_pattern(pattern))
        return;
    if (!__atomic_compare_exchange_n(&interpreter->from_list_wrapped, &wrapped, true, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return;
    if (!wrap(interpreter))
        __atomic_store_n(&interpreter->from_list_wrapped, false, __ATOMIC_RELEASE);
}

bool from_list_enter(struct interpreter *interpreter, PyObject *name, const char *utf8)
{
    if (strchr(utf8, '.') == NULL)
        return false;
    from_list_ensure(interpreter, utf8);
    PyObject *thread = py.PyLong_FromLong(this_thread());
    bool entered = thread != NULL && py.PyDict_SetItem(interpreter->hooking, name, thread) == 0;

    if (entered)
        __atomic_fetch_add(&interpreter->hooking_count, 1, __ATOMIC_SEQ_CST);
    py.PyErr_Clear();
    api_drop(thread);
    return entered;
}

void from_list_leave(struct interpreter *interpreter, PyObject *name)
{
    PyObject *type, *value, *traceback;

    py.PyErr_Fetch(&type, &value, &traceback);
    if (py.PyDict_DelItem(interpreter->hooking, name) < 0)
        py.PyErr_Clear();
    __atomic_fetch_sub(&interpreter->hooking_count, 1, __ATOMIC_SEQ_CST);
    py.PyErr_Restore(type, value, traceback);
}
