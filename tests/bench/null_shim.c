/* SPDX-License-Identifier: MIT */
/*
 * The null shim: a preloaded object that wraps locks and does nothing but count them for each
 * thread, as the measure of what interposition costs by itself.
 *
 * The real functions are found by the first call, because other objects' constructors lock
 * before ours runs; the pointers begin at functions that do that, so that there is no test on
 * the way.
 */
#include <dlfcn.h>
#include <pthread.h>

static __thread unsigned long calls __attribute__((tls_model("initial-exec")));
static volatile unsigned starts;

#define WRAPPED(call, type)                                     \
    static int call##_first(type *lock);                        \
    static int (*call##_real)(type *) = call##_first;           \
    static int call##_first(type *lock)                         \
    {                                                           \
        call##_real = (int (*)(type *))dlsym(RTLD_NEXT, #call); \
        return call##_real(lock);                               \
    }                                                           \
    __attribute__((visibility("default"))) int call(type *lock) \
    {                                                           \
        calls++;                                                \
        return call##_real(lock);                               \
    }

WRAPPED(pthread_mutex_lock, pthread_mutex_t)
WRAPPED(pthread_mutex_trylock, pthread_mutex_t)
WRAPPED(pthread_mutex_unlock, pthread_mutex_t)
WRAPPED(pthread_rwlock_rdlock, pthread_rwlock_t)
WRAPPED(pthread_rwlock_wrlock, pthread_rwlock_t)
WRAPPED(pthread_rwlock_unlock, pthread_rwlock_t)

__attribute__((constructor)) static void begin(void)
{
    starts++;
}
