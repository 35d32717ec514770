/* SPDX-License-Identifier: MIT */
/*
 * Lines of a script as places of the code, among addresses of machine code.
 *
 * A kept line is a number that looks like an address which no code of a user's process has,
 * so stacks and keys may mix both.  Any thread; no lock is taken, nothing is given back.
 */
#ifndef PIHOOK_REPORT_SCRIPT_PLACE_H
#define PIHOOK_REPORT_SCRIPT_PLACE_H

#include <stdbool.h>

struct script_place {
    const char *text; /* "FILE:12 in function" */
    const char *file, *function;
    unsigned line; /* 0: unknown */
};

/* The same line is the same place.  The strings are copied; NULL: no memory, or too many. */
const void *script_place_keep(const char *file, const char *function, unsigned line);

/* The line that such a number stands for, or NULL for any other address. */
const struct script_place *script_place_at(const void *address);

#endif
