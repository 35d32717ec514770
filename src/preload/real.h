/* SPDX-License-Identifier: MIT */
/*
 * The functions of libc that ours stand before.
 *
 * real_ready() must have been called: by the constructor, and by each wrapper whose thread
 * has no record yet, since other objects' constructors run before ours and call it too.
 */
#ifndef PIHOOK_PRELOAD_REAL_H
#define PIHOOK_PRELOAD_REAL_H

#include <pthread.h>
#include <threads.h>
#include <time.h>

struct real {
#define INTERPOSED(name, result, arguments) result(*name) arguments;
#define OLD(name, result, arguments) result(*old_##name) arguments;
#define ALIAS(name)
#define STANDS_FOR(name)
#define PUBLIC(name)
#include "preload/exported.def"
#undef INTERPOSED
#undef OLD
#undef ALIAS
#undef STANDS_FOR
#undef PUBLIC
};

/* Filled in by real_ready(). */
extern struct real real __attribute__((visibility("hidden")));

const struct real *real_ready(void);

#endif
