/* SPDX-License-Identifier: MIT */
/*
 * What glibc's mutexes look like inside, as far as the wrappers need it.
 *
 * Normal, recursive, error-checking and adaptive mutexes that are neither robust, nor
 * priority-inheriting or -protected, nor shared leave the two words of `__list` alone: the
 * tag is there.  mutex_probe() proves it for the libc that runs.
 */
#ifndef PIHOOK_PRELOAD_MUTEX_H
#define PIHOOK_PRELOAD_MUTEX_H

#include "locks/identity.h"
#include "locks/lock.h"
#include "locks/thread.h"

#include <pthread.h>
#include <stdbool.h>

/* Are tags in mutexes safe here?  Else ids are looked up by address.  Called once. */
bool mutex_probe(void);

static inline struct tag mutex_tag(pthread_mutex_t *mutex)
{
    char *room = (char *)&mutex->__data.__list;

    return (struct tag){(lock_id *)room, (uintptr_t *)(room + sizeof(lock_id))};
}

static inline bool mutex_is_taken(const pthread_mutex_t *mutex)
{
    return __atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED) != 0;
}

/* The acquisition of a mutex, with its id. */
struct lock_request mutex_request(struct thread *self, pthread_mutex_t *mutex, enum lock_wait wait,
                                  const void *place);

/* Does the calling thread have the mutex?  libc says so for locks taken unseen, too. */
bool mutex_is_mine(const struct thread *self, const pthread_mutex_t *mutex);

/* The thread that has it, as far as libc and we know; NULL otherwise. */
struct thread *mutex_owner(const pthread_mutex_t *mutex);

/* Before and after the real call of a wait on a condition variable. */
bool mutex_before_wait(struct thread *self, const void *condition,
                       const struct lock_request *request, pthread_mutex_t *mutex);

/* What the wrappers of pthread_mutex_* and mtx_* have in common. */
void mutex_made(struct thread *self, pthread_mutex_t *mutex, const void *place);

/* Before an acquisition; true: the thread has the mutex and may acquire it again. */
bool mutex_before(struct thread *self, pthread_mutex_t *mutex, const struct lock_request *request);
void mutex_before_unlock(struct thread *self, pthread_mutex_t *mutex, const void *place);

/* Before a destruction; returns the id to be given to mutex_gone() if it succeeded. */
lock_id mutex_before_destroy(struct thread *self, pthread_mutex_t *mutex, const void *place);
void mutex_gone(struct thread *self, pthread_mutex_t *mutex, lock_id id);

#endif
