/* SPDX-License-Identifier: MIT */
/*
 * Which hooks are due for a module, and running each of them once for each module object.
 *
 * Every function is called by a thread that runs Python code of the interpreter, with no
 * exception set.  Those that return int: 0, or -1 with the exception that the caller of
 * Python's import or registration gets.
 */
#ifndef PIHOOK_PYTHON_FIRE_H
#define PIHOOK_PYTHON_FIRE_H

#include "python/interpreter.h"

struct fire_counters {
    long modules; /* imports of new modules that were seen */
    long run;     /* hooks that ran */
    long failed;  /* of these, hooks that raised or could not be loaded */
};

extern struct fire_counters fire_counters;

/*
 * The body of module `name` has run; the import is still going on for everybody else.  On
 * -1 the module is out of sys.modules again, as after a body that raised.
 */
int fire_loaded(struct interpreter *interpreter, PyObject *name);

/* The body of a LazyLoader's module has run.  As fire_loaded(), but the module stays. */
int fire_lazy_body(struct interpreter *interpreter, PyObject *name, PyObject *module);

/* Is there a hook for modules of that name? */
bool fire_awaits(const struct interpreter *interpreter, const char *name);

/* importlib.reload() has run the body of `module` again. */
int fire_reloaded(struct interpreter *interpreter, PyObject *name, PyObject *module);

/* A hook was registered: runs it for what is imported already. */
int fire_registered(struct interpreter *interpreter, long serial);

/* importlib was wrapped just now: the hooks of modules that are imported already wait. */
void fire_begin(struct interpreter *interpreter);

/* Once, before the first interpreter starts. */
void fire_prepare(void);

#endif
