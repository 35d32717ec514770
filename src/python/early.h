/* SPDX-License-Identifier: MIT */
/*
 * The start of an interpreter, in three parts.
 *
 * Before __main__ and the standard streams exist no Python code can run: hooks of modules
 * that are imported then wait.  Both are made before site; no code of the program has run,
 * so nobody has used those modules.
 *
 * Then site runs, and with it code of the installation (.pth files, sitecustomize).  Hooks
 * run at once; one whose callable is not found yet waits for the next part, because the
 * program's own folder is not on sys.path.
 *
 * Then the program begins: sys.path is whole.
 */
#ifndef PIHOOK_PYTHON_EARLY_H
#define PIHOOK_PYTHON_EARLY_H

#include "python/interpreter.h"

struct early_calls {
    /* Called for each module that waited for the second part, in the order of their imports. */
    void (*can_run)(struct interpreter *interpreter, PyObject *name);
    /* Called once, at the beginning of the third. */
    void (*program_begins)(struct interpreter *interpreter);
};

/* Once for all interpreters, before any other call. */
void early_set_calls(const struct early_calls *calls);

/* Something happens: makes the calls that are due. */
void early_look(struct interpreter *interpreter);

/* Must hooks of modules still wait?  Then early_wait() lets one wait. */
bool early_is_waiting(const struct interpreter *interpreter);
void early_wait(struct interpreter *interpreter, PyObject *name);

/* Has the program not begun? */
bool early_is_before_program(const struct interpreter *interpreter);

/*
 * The module of that name has been imported, and hooks wait: sees to it that early_look()
 * will be called even in a program that imports nothing.
 */
void early_ensure_look(struct interpreter *interpreter, const char *imported);

#endif
