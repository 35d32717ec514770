/* SPDX-License-Identifier: MIT */
/*
 * A libpython that an embedding program loads with dlopen, after our constructor: it is
 * recognised by its first calls into libc, which come before it reads its table of built-in
 * modules.  (dlopen itself is not wrapped: the caller's search path would be lost.)
 */
#ifndef PIHOOK_PRELOAD_LATE_PYTHON_H
#define PIHOOK_PRELOAD_LATE_PYTHON_H

#include "config/options.h"

/* No Python is there yet: look at every caller from now on.  The options must stay. */
void late_python_watch(const struct options *options);

/* Something at that address calls a wrapped function.  Keeps errno. */
void late_python_caller(const void *address);

#endif
