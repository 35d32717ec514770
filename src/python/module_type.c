/* SPDX-License-Identifier: MIT */
/*
 * Replaces slots of PyModule_Type.  Called while an interpreter starts, by a thread that runs
 * its code.  A slot is known by its neighbours, and by a canary that must come along it.
 */
#include "python/module_type.h"

#include "base/image.h"
#include "python/type_words.h"

#include <stdint.h>

typedef void (*dealloc_function)(PyObject *module);

module_read_function module_read;

static const struct module_watch *watch;
static dealloc_function real_dealloc;

static void module_dies(PyObject *module)
{
    watch->dies(module);
    real_dealloc(module);
}

static void *address(module_read_function function)
{
    return *(void **)&function;
}

/* ---- is it where it should be? ---- */

static bool is_function(const void *slot)
{
    struct image image;

    return slot != NULL && image_at(slot, &image);
}

/* `object` has the same slots, and with functions that are known. */
static bool slots_are_known(void)
{
    void **words = type_words(py.PyBaseObject_Type);

    return words[WORD_GETATTRO] == address(py.PyObject_GenericGetAttr) &&
           words[WORD_SETATTRO] == *(void **)&py.PyObject_GenericSetAttr;
}

/* ---- a canary ---- */

static bool probe_came;

static PyObject *probe(PyObject *module, PyObject *name)
{
    probe_came = true;
    return module_read(module, name);
}

/* No other thread runs code of an interpreter that is the first one and just starts. */
static bool try_out(void **slot)
{
    PyObject *module = py.PyModule_New("canary");

    probe_came = false;
    *slot = address(probe);
    if (module != NULL)
        api_drop(api_attribute(module, "__name__"));
    *slot = address(module_read);
    api_drop(module);
    return probe_came;
}

static const char *wrap_type(void)
{
    void **words = type_words(py.PyModule_Type);

    if (!type_is_as_expected(py.PyModule_Type) || !slots_are_known())
        return "its types as they were known";
    if (!is_function(words[WORD_GETATTRO]) || !is_function(words[WORD_DEALLOC]))
        return "the slots of modules";
    *(void **)&module_read = words[WORD_GETATTRO];
    *(void **)&real_dealloc = words[WORD_DEALLOC];
    if (module_read == py.PyObject_GenericGetAttr || !try_out(&words[WORD_GETATTRO]))
        return "who reads a module";
    __atomic_store_n(&words[WORD_DEALLOC], *(void *const *)&(dealloc_function){module_dies},
                     __ATOMIC_RELEASE);
    __atomic_store_n(&words[WORD_GETATTRO], address(watch->read), __ATOMIC_RELEASE);
    return NULL;
}

/*
 * ModuleType.__getattribute__ knows the function by itself, and hands it on to classes that are
 * made of ModuleType.  Each interpreter has an object of its own for it (from 3.12).
 */
static void wrap_method(void)
{
    enum { OWNER, FUNCTION = 4 }; /* words behind its header, which is a type's without its size */
    PyObject *method = api_attribute(py.PyModule_Type, "__getattribute__");
    void **words = (void **)((char *)method + api_header_size());

    if (method != NULL && words[OWNER] == py.PyModule_Type &&
        words[FUNCTION] == address(module_read))
        __atomic_store_n(&words[FUNCTION], address(watch->read), __ATOMIC_RELEASE);
    api_drop(method);
}

const char *module_type_wrap(const struct module_watch *given)
{
    enum { HEADER_LEAST = 16 };
    const char *missing = NULL;

    if (api_header_size() < HEADER_LEAST)
        return "the size of an object's header";
    if (watch == NULL) {
        watch = given;
        missing = wrap_type();
        if (missing != NULL)
            watch = NULL;
    }
    if (missing == NULL)
        wrap_method();
    py.PyErr_Clear();
    return missing;
}

bool module_type_is_seen(PyObject *object)
{
    PyObject *type = py.PyObject_Type(object);
    bool seen =
        watch != NULL && type != NULL && type_words(type)[WORD_GETATTRO] == address(watch->read);

    api_drop(type);
    return seen;
}
