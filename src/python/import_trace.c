/* SPDX-License-Identifier: MIT */
/*
 * Imports as importlib's specs describe them.  Called by importlib's wrapped functions; it
 * must never run code of the program, nor leave an exception.
 */
#include "python/import_trace.h"

#include "python/frames.h"
#include "python/module_uses.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

const struct import_trace *import_trace;

void import_trace_set(const struct import_trace *trace)
{
    import_trace = trace;
}

void import_trace_named(enum trace_event_kind kind, PyObject *name, bool success)
{
    const char *utf8;
    PyObject *type, *value, *traceback;

    if (import_trace == NULL)
        return;
    py.PyErr_Fetch(&type, &value, &traceback);
    utf8 = api_utf8(name);
    if (utf8 != NULL)
        import_trace->event(kind, utf8, success);
    py.PyErr_Restore(type, value, traceback);
}

/* ---- what a spec says ---- */

static const char *text_of(PyObject *string)
{
    const char *utf8 = string == NULL || string == PY_NONE ? NULL : api_utf8(string);

    return utf8 == NULL ? "" : utf8;
}

/* Of the loader's class, which some loaders are themselves.  A new reference. */
static PyObject *loader_name(PyObject *loader)
{
    PyObject *own = api_attribute(loader, "__name__");
    PyObject *type = own == NULL ? py.PyObject_Type(loader) : NULL;
    PyObject *name = type == NULL ? own : api_attribute(type, "__name__");

    api_drop(type);
    return name;
}

static bool exists(const char *path)
{
    return *path != '\0' && access(path, R_OK) == 0;
}

/* A loader of sources takes what it has compiled before, if it is there. */
static enum trace_found found_by(const char *loader, const char *cached)
{
    static const struct {
        const char *loader;
        enum trace_found found;
    } KNOWN[] = {
        {"ExtensionFileLoader", TRACE_FOUND_EXTENSION},  {"BuiltinImporter", TRACE_FOUND_BUILTIN},
        {"FrozenImporter", TRACE_FOUND_FROZEN},          {"zipimporter", TRACE_FOUND_ZIP},
        {"SourcelessFileLoader", TRACE_FOUND_CACHED},    {"NamespaceLoader", TRACE_FOUND_NAMESPACE},
        {"_NamespaceLoader", TRACE_FOUND_NAMESPACE},     {"NoneType", TRACE_FOUND_NAMESPACE},
        {"AppleFrameworkLoader", TRACE_FOUND_EXTENSION},
    };

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (strcmp(loader, KNOWN[i].loader) == 0)
            return KNOWN[i].found;
    if (strcmp(loader, "SourceFileLoader") == 0)
        return exists(cached) ? TRACE_FOUND_CACHED : TRACE_FOUND_SOURCE;
    return TRACE_FOUND_UNKNOWN;
}

static enum trace_found describe(PyObject *spec, const char *name)
{
    PyObject *origin = api_attribute(spec, "origin"), *cached = api_attribute(spec, "cached");
    PyObject *loader = api_attribute(spec, "loader");
    PyObject *class = loader == NULL ? NULL : loader_name(loader);
    enum trace_found found = found_by(text_of(class), text_of(cached));

    import_trace->found(name, found, text_of(origin), text_of(class));
    api_drop(class);
    api_drop(loader);
    api_drop(cached);
    api_drop(origin);
    return found;
}

/*
 * A program that makes a module by itself runs its body unseen, now, later or never.  Where lines
 * can't be read, it is taken for an import.
 */
static bool is_for_import(void)
{
    const struct code_line *line = frames_line();

    return line->place == NULL || (line->traits & CODE_IMPORTS) != 0;
}

PyObject *import_trace_create(PyObject *real, PyObject *const *args, ssize_t count, PyObject *names)
{
    PyObject *name = import_trace == NULL || count == 0 ? NULL : api_attribute(args[0], "name");
    const char *utf8 = name == NULL ? NULL : api_utf8(name);
    bool is_library = utf8 != NULL && describe(args[0], utf8) == TRACE_FOUND_EXTENSION;

    if (is_library)
        import_trace_named(TRACE_LIBRARY_BEGINS, name, true);
    PyObject *module = api_call(real, args, count, names);
    if (is_library)
        import_trace_named(TRACE_LIBRARY_ENDS, name, module != NULL);
    if (utf8 != NULL && module != NULL && is_for_import())
        import_trace_named(TRACE_BODY_BEGINS, name, true);
    if (module != NULL)
        module_uses_made(module);
    api_drop(name);
    return module;
}
