/* SPDX-License-Identifier: MIT */
/*
 * A program that locks as early and as late as it can: in .preinit_array, before the
 * constructor of any library, and in destructors; and that releases what was locked then.
 */
#include "cases.h"

extern pthread_mutex_t kept_mutex, of_library;
extern pthread_rwlock_t kept_rwlock, kept_for_reading;
extern pthread_spinlock_t kept_spin;

static pthread_mutex_t earliest = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t earliest_rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *innermost)
{
    lock(outer);
    lock(innermost);
    unlock(innermost);
    unlock(outer);
}

static void lock_first_of_all(void)
{
    lock(&earliest);
    lock(&inner);
    unlock(&inner);
    DO(pthread_rwlock_wrlock(&earliest_rwlock));
}

__attribute__((section(".preinit_array"), used)) static void (*preinit)(void) = lock_first_of_all;

__attribute__((constructor)) static void lock_in_constructor(void)
{
    nest(&of_library, &inner);
}

__attribute__((destructor)) static void lock_in_destructor(void)
{
    nest(&of_library, &inner);
}

static void at_exit(void)
{
    nest(&of_library, &inner);
}

static void *use_what_was_kept(void *unused)
{
    nest(&earliest, &inner);
    lock(&kept_mutex);
    unlock(&kept_mutex);
    return unused;
}

static void released(void)
{
    unlock(&kept_mutex);
    DO(pthread_rwlock_unlock(&kept_rwlock));
    DO(pthread_rwlock_unlock(&kept_for_reading));
    DO(pthread_spin_unlock(&kept_spin));
    DO(pthread_rwlock_unlock(&earliest_rwlock));
    unlock(&earliest);
    run_alone("later", use_what_was_kept, NULL);
}

/* The worker waits for what this thread acquired before anyone looked. */
static void joined(void)
{
    run_alone("worker", use_what_was_kept, NULL);
}

/* Held all the time, by a thread that nobody saw acquire it. */
static void kept(void)
{
    RETURNS(EBUSY, pthread_mutex_trylock(&kept_mutex));
    nest(&of_library, &inner);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"released", released}, {"joined", joined}, {"kept", kept}, {NULL, NULL}};

    atexit(at_exit);
    return run_case(CASES, argc, argv);
}
