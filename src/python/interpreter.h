/* SPDX-License-Identifier: MIT */
/*
 * What pihook keeps for each interpreter (the main one and every sub-interpreter).
 *
 * Made when importlib of that interpreter is wrapped, ended with importlib.  All calls are
 * made by a thread that runs Python code of that interpreter.
 */
#ifndef PIHOOK_PYTHON_INTERPRETER_H
#define PIHOOK_PYTHON_INTERPRETER_H

#include "python/api.h"

struct interpreter {
    unsigned id;         /* 1, 2, 3 ...: never used twice in a process */
    PyObject *importlib; /* _frozen_importlib; borrowed, it owns us */
    PyObject *capsule;   /* what holds this; borrowed, for the functions that are called hold it */
    PyObject *claims;    /* dict: which hook has run for which module object */
    PyObject *closed;    /* dict: name -> module object whose hooks have all run */
    PyObject *legacy;    /* dict: names that a loader without exec_module is loading */
    PyObject *detached;  /* dict: names that _load() loads, not to be bound in their parents */
    PyObject *early;     /* list of names to hook once Python code can run; NULL after that */
    PyObject *postponed; /* dict: module of a callable -> list of (serial, name) */
    PyObject *hooking;   /* dict: submodule whose hooks run now -> thread */
    PyObject *callables; /* list: what when_imported() registered */
    unsigned hooking_count;           /* entries of `hooking`; atomic */
    bool from_list_wrapped;           /* atomic */
    const PyObject *makeshift_stderr; /* sys.stderr when this was made; compared, never used */
    bool program_began;
    bool is_quiet;        /* python runs without -v; known when the program has begun */
    bool look_is_pending; /* has a call of early_look() been asked for? */
    bool main;            /* is it the first interpreter of the process? */
};

/*
 * Makes the state of the running interpreter, owned by importlib from then on.  NULL with an
 * exception on failure.
 */
struct interpreter *interpreter_make(PyObject *importlib);

/* The state that a function made by interpreter_function() belongs to. */
struct interpreter *interpreter_of(PyObject *self);

/* The object that such a function was made with, borrowed. */
PyObject *interpreter_function_data(PyObject *self);

/*
 * A built-in function that knows its interpreter: a new reference or NULL with an exception.
 * data is any object (None if NULL).
 */
PyObject *interpreter_function(const struct interpreter *interpreter, PyMethodDef *method,
                               PyObject *data);

/*
 * The state of the interpreter that runs now, or NULL when it has none.  A program can hide
 * it by taking _frozen_importlib out of sys.modules: whoever has it already must not ask.
 */
struct interpreter *interpreter_now(void);

/* The main interpreter's state while it lives, or NULL. */
struct interpreter *interpreter_main(void);

/* sys.modules[name], a new reference, or NULL (no exception is left). */
PyObject *interpreter_module(PyObject *name);

#endif
