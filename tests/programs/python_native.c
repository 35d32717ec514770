/* SPDX-License-Identifier: MIT */
/*
 * An extension for Python by ctypes: mutexes that are taken below Python code, with the GIL
 * (PyDLL) or without it (CDLL).
 */
#include <pthread.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;

void lock_first(void)
{
    pthread_mutex_lock(&first);
}

void unlock_first(void)
{
    pthread_mutex_unlock(&first);
}

void lock_second(void)
{
    pthread_mutex_lock(&second);
}

void unlock_second(void)
{
    pthread_mutex_unlock(&second);
}

/* Calls back while it has the lock. */
void with_first(void (*function)(void))
{
    pthread_mutex_lock(&first);
    function();
    pthread_mutex_unlock(&first);
}
