/* SPDX-License-Identifier: MIT */
/*
 * Looks up the real functions, once; two threads that do it at the same time find the same.
 * The first call may come from a lock inside of malloc or of the loader, so dlsym, which
 * needs both, is not asked.
 */
#include "preload/real.h"

#include "base/image.h"

#include <stdbool.h>
#include <stddef.h>

struct real real;
static bool ready;

static void resolve(void)
{
#define INTERPOSED(name, result, arguments) \
    *(void **)&real.name = image_next_symbol(#name, NULL, &real);
#define OLD(name, result, arguments) \
    *(void **)&real.old_##name = image_next_symbol(#name, "GLIBC_2.2.5", &real);
#define ALIAS(name)
#define STANDS_FOR(name)
#define PUBLIC(name)
#include "preload/exported.def"
#undef INTERPOSED
#undef OLD
#undef ALIAS
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
