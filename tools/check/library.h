/* SPDX-License-Identifier: MIT */
/* The library that is to be preloaded. */
#ifndef PIHOOK_CHECK_LIBRARY_H
#define PIHOOK_CHECK_LIBRARY_H

#include "check/object.h"

struct library {
    char path[PATH_MAX]; /* absolute, links resolved */
    struct object object;
};

/*
 * Finds the library: `given`, or if that is NULL the one that was built with this command,
 * or else the installed one.  Returns 0, or STATUS_FAILED after it told why.
 */
int library_find(const char *given, struct library *library);

#endif
