/* SPDX-License-Identifier: MIT */
/*
 * The registry of post-import hooks: which hook wants which module, in order of
 * registration.  It knows names and order; what a hook does is the business of the room
 * that runs it.
 *
 * One registry a process.  Any thread may add and read at any time; nothing waits, and no
 * lock is held when a call returns, so a hook may register hooks.  Hooks are never
 * removed, only disabled: a pointer to one stays valid for the life of the process.
 */
#ifndef PIHOOK_IMPORTS_REGISTRY_H
#define PIHOOK_IMPORTS_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum action {
    ACTION_WARN,     /* text: the message */
    ACTION_CALL,     /* text: module:attribute */
    ACTION_EXEC,     /* text: Python code */
    ACTION_NATIVE,   /* text: /file:symbol */
    ACTION_PYTHON,   /* target: a Python callable of interpreter `scope` */
    ACTION_FUNCTION, /* target: a C function, argument: what it is called with */
};

enum { SCOPE_ALL = 0 };

struct hook {
    const char *pattern; /* dotted name or glob */
    enum action action;
    const char *text;
    void *target;
    void *argument;
    unsigned scope;    /* id of the one interpreter that it belongs to, or SCOPE_ALL */
    const char *file;  /* where it was written down; NULL: registered by the program */
    unsigned line;
    bool raise;        /* its exception goes to the importer */
    bool optional;     /* its callable may be missing */
    bool reload;       /* runs after importlib.reload too */
};

/*
 * Adds a hook; strings are copied.  Returns its serial number (0, 1, 2 ... in order of
 * registration), or -ENOMEM.
 */
long registry_add(const struct hook *hook);

/* How many serial numbers have been given out. */
long registry_count(void);

/* The hook with that serial number, or NULL when it is disabled or just being added. */
const struct hook *registry_at(long serial);

/*
 * The first serial number >= from of a hook that is due for the module `name` in the
 * interpreter `scope`, or -1.
 */
long registry_due(long from, const char *name, unsigned scope);

/*
 * The first serial number >= from of a hook on one module whose name begins with
 * `parent` and a dot, in the interpreter `scope`, or -1.
 */
long registry_child(long from, const char *parent, unsigned scope);

/* Disables every hook of an interpreter that has ended. */
void registry_forget(unsigned scope);

#endif
