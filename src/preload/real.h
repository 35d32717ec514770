/* SPDX-License-Identifier: MIT */
/*
 * The functions of libc that ours stand before.
 *
 * real_ready() must have been called: by the constructor, and by each wrapper, since other
 * objects' constructors run before ours and call it too.
 */
#ifndef PIHOOK_PRELOAD_REAL_H
#define PIHOOK_PRELOAD_REAL_H

#include <pthread.h>

struct real {
#define INTERPOSED(name, result, arguments) result(*name) arguments;
#define STANDS_FOR(name)
#define PUBLIC(name)
#include "preload/exported.def"
#undef INTERPOSED
#undef STANDS_FOR
#undef PUBLIC
};

const struct real *real_ready(void);

#endif
