/* SPDX-License-Identifier: MIT */
/* Looks up the real functions, once; two threads that do it at the same time find the same. */
#include "preload/real.h"

#include <dlfcn.h>
#include <stdbool.h>

static struct real real;
static bool ready;

static void resolve(void)
{
#define INTERPOSED(name, result, arguments) *(void **)&real.name = dlsym(RTLD_NEXT, #name);
#define STANDS_FOR(name)
#define PUBLIC(name)
#include "preload/exported.def"
#undef INTERPOSED
#undef STANDS_FOR
#undef PUBLIC
}

const struct real *real_ready(void)
{
    if (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE)) {
        resolve();
        __atomic_store_n(&ready, true, __ATOMIC_RELEASE);
    }
    return &real;
}
