/* SPDX-License-Identifier: MIT */
/*
 * A library that locks in its constructor, before any preloaded library has had its own, and
 * in its destructor.  Some of the locks are released by the program, in before_main.c.
 */
#include "cases.h"

pthread_mutex_t kept_mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_rwlock_t kept_rwlock = PTHREAD_RWLOCK_INITIALIZER;
pthread_rwlock_t kept_for_reading = PTHREAD_RWLOCK_INITIALIZER;
pthread_spinlock_t kept_spin;
pthread_mutex_t of_library = PTHREAD_MUTEX_INITIALIZER;

/* Order of this thread before anyone looked: of_library, kept_mutex. */
__attribute__((constructor)) static void lock_early(void)
{
    lock(&of_library);
    lock(&kept_mutex);
    unlock(&of_library);
    DO(pthread_rwlock_wrlock(&kept_rwlock));
    DO(pthread_rwlock_rdlock(&kept_for_reading));
    DO(pthread_spin_init(&kept_spin, PTHREAD_PROCESS_PRIVATE));
    DO(pthread_spin_lock(&kept_spin));
}

__attribute__((destructor)) static void lock_late(void)
{
    lock(&of_library);
    unlock(&of_library);
    DO(pthread_mutex_destroy(&of_library));
}
