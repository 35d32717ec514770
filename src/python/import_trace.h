/* SPDX-License-Identifier: MIT */
/*
 * What importlib does, told to whoever records it.  All calls are made by a thread that has
 * the GIL, or is attached; nothing is told while nobody listens.
 */
#ifndef PIHOOK_PYTHON_IMPORT_TRACE_H
#define PIHOOK_PYTHON_IMPORT_TRACE_H

#include "python/api.h"
#include "trace/format.h"

#include <stdbool.h>

struct module_use {
    const char *module, *attribute;
    const void *place;
    enum trace_use_detail detail; /* 0: an unmistakable use */
};

struct import_trace {
    /* One of the events of imports, about the module of that name. */
    void (*event)(enum trace_event_kind kind, const char *module, bool success);
    /* A hook runs for a module, or has run. */
    void (*hook)(enum trace_event_kind kind, const char *module, const char *action, bool success);
    /* How the module was found; "": there is no such thing. */
    void (*found)(const char *module, enum trace_found found, const char *origin,
                  const char *loader);
    /* Are uses of modules to be told?  Then what the file says of them, and each of them. */
    bool (*wants_uses)(void);
    void (*marks_uses)(enum trace_header_flag flag);
    void (*use)(const struct module_use *use);
};

/* Before any interpreter starts; it must stay. */
void import_trace_set(const struct import_trace *trace);

/* NULL: nobody listens. */
extern const struct import_trace *import_trace;

/* The first argument is the module's name, or a spec that has it; none is told about else. */
void import_trace_named(enum trace_event_kind kind, PyObject *name, bool success);

/* module_from_spec(spec), called as `real`: tells what the spec says, and that the body
 * begins if it is importlib that asks. */
PyObject *import_trace_create(PyObject *real, PyObject *const *args, ssize_t count,
                              PyObject *names);

#endif
