/* SPDX-License-Identifier: MIT */
/* Whether the loader would preload the library into a program. */
#ifndef PIHOOK_CHECK_PRELOAD_H
#define PIHOOK_CHECK_PRELOAD_H

#include "check/library.h"
#include "check/object.h"
#include "check/program.h"

struct subject {
    const struct library *library;
    struct program program;
    struct object object;            /* of the program */
    char libpython[OBJECT_NAME_MAX]; /* that comes with its libraries, or empty */
};

/*
 * Says in `sentence` why the program can't be preloaded, or how it can.  It is proven with
 * the program's own loader; the program itself is not executed.  Fills subject->libpython.
 */
bool preload_works(struct subject *subject, struct text *sentence);

#endif
