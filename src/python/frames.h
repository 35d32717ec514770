/* SPDX-License-Identifier: MIT */
/*
 * Which line of Python a thread is at, found without a call that could run Python code,
 * allocate or wait: what CPython's functions for frames do is too much where a lock is taken.
 *
 * Where the structures hold what is needed is learned at start, by looking for what the
 * functions tell; nothing is said about lines when it isn't found there.
 */
#ifndef PIHOOK_PYTHON_FRAMES_H
#define PIHOOK_PYTHON_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

enum code_trait {
    CODE_STANDARD = 1,         /* of the standard library */
    CODE_INSTALLED = 64,       /* of another one that is installed */
    CODE_SIGNALS = 2,          /* the locks that it makes are signals */
    CODE_MAKES_FOR_OTHERS = 4, /* makes a lock for whom it was called by, */
    CODE_MAKES_CONDITIONS = 8, /* and so does this, with what the former makes */
    CODE_PASSES_ON = 16,       /* acquires a lock for whom it was called by */
    CODE_SHIM = 32,            /* of the interpreter itself, between frames */
    CODE_IMPORTS = 128         /* of importlib, for somebody else */
};

struct code_line {
    uintptr_t key;
    const void *place; /* see report/script_place.h; NULL: unknown */
    unsigned traits;   /* enum code_trait */
};

/* While an interpreter starts and runs code.  False, with the reason: lines can't be read. */
bool frames_learn(const char **why);

/* Does the calling thread have the GIL, or is it attached where there is none?  From anywhere. */
bool frames_attached(void);

/* The folder of the standard library, once it is known.  Needs the GIL. */
void frames_learn_library(void);
bool frames_know_library(void);

/*
 * The line that the calling thread is at, which has the GIL (or is attached, where there is
 * none).  Never NULL.
 */
const struct code_line *frames_line(void);

/* The line that imports: of the innermost frame that is none of importlib's. */
const struct code_line *frames_importer(void);

/*
 * The same of code that runs once, as that of modules does: it isn't kept, and the line is valid
 * until the thread asks for another one.
 */
const struct code_line *frames_importer_once(void);

struct code_file {
    const char *file; /* "": unknown; valid as long as the code runs */
    unsigned traits;  /* enum code_trait */
};

/* The files of the present line and of frames_importer(): without lines, which take longer. */
void frames_files(struct code_file *present, struct code_file *importer);

/* The file of the module whose own code runs innermost; "": of none. */
const char *frames_body_file(void);

/* The line that a lock is made for: of the innermost frame that makes none for others. */
const struct code_line *frames_maker(void);

/*
 * The lines of the calling thread's stack, innermost first; from anywhere, with the GIL or
 * without.  Returns how many; 0 for a thread that runs no Python.
 */
unsigned frames_stack(const void **places, unsigned room);

/* Something to hand to frames_stack_of() while the calling thread waits; from anywhere. */
const void *frames_top(void);

/* The same for a thread that is known to have the GIL, or to be attached. */
const void *frames_top_attached(void);

/*
 * The same about the thread with that pthread_t, for one that has the GIL of both, so that the
 * other can't go on meanwhile; NULL: there is no such thing.
 */
const void *frames_top_of(uintptr_t thread);

/* The same for a thread that waits and will not go on meanwhile. */
unsigned frames_stack_of(const void *top, const void **places, unsigned room);

/* An interpreter has ended: what was learned about its code is void. */
void frames_forget(void);

#endif
