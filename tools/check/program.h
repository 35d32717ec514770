/* SPDX-License-Identifier: MIT */
/* Which program the kernel would load for a name that a user types. */
#ifndef PIHOOK_CHECK_PROGRAM_H
#define PIHOOK_CHECK_PROGRAM_H

#include "base/text.h"

#include <limits.h>
#include <stdbool.h>

/* As many scripts in a row as Linux follows. */
enum { PROGRAM_SCRIPTS = 5 };

struct program {
    char path[PATH_MAX];                     /* as it would be given to execve */
    char real[PATH_MAX];                     /* the same, links resolved */
    char scripts[PROGRAM_SCRIPTS][PATH_MAX]; /* what was asked for, and its #! lines led here */
    int script_count;
    bool environment_dropped; /* one of them goes by `env -i` */
};

/*
 * Finds `name` as execvp would and follows #! lines, those by env(1) too.  Returns 0, or
 * STATUS_NOT_FOUND or STATUS_CANNOT_RUN with the reason in `sentence`.  That the file
 * found is a program is not said.
 */
int program_find(const char *name, struct program *program, struct text *sentence);

/* Is its base name, links resolved, the one of a Python interpreter? */
bool program_is_python(const struct program *program);

#endif
