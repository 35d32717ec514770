/* SPDX-License-Identifier: MIT */
/*
 * Wrapped calls that every CPython makes while its runtime comes up, and other programs
 * seldom: by them a Python that was loaded late is recognised.
 */
#include "preload/late_python.h"
#include "preload/public.h"
#include "preload/real.h"

PIHOOK_EXPORT int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    late_python_caller(__builtin_return_address(0));
    return real_ready()->pthread_key_create(key, destructor);
}

PIHOOK_EXPORT int pthread_condattr_init(pthread_condattr_t *attributes)
{
    late_python_caller(__builtin_return_address(0));
    return real_ready()->pthread_condattr_init(attributes);
}
