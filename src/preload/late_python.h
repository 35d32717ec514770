/* SPDX-License-Identifier: MIT */
/*
 * A libpython that an embedding program loads with dlopen, after our constructor: it is
 * recognised by its first calls into libc, which come before it reads its table of built-in
 * modules.  (dlopen itself is not wrapped: the caller's search path would be lost.)
 */
#ifndef PIHOOK_PRELOAD_LATE_PYTHON_H
#define PIHOOK_PRELOAD_LATE_PYTHON_H

#include "config/options.h"

/* No Python is there yet: enter the first that comes.  The options must stay. */
void late_python_await(const struct options *options);

/*
 * Something at that address calls a wrapped function.  Keeps errno.  A Python is noted even
 * when pihook is off or has its Python, because our exported symbol stands before its own.
 */
void late_python_caller(const void *address);

#endif
