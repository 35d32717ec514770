/* SPDX-License-Identifier: MIT */
/* The calling thread's record. */
#ifndef PIHOOK_PRELOAD_SELF_H
#define PIHOOK_PRELOAD_SELF_H

#include "locks/threads.h"

#include <pthread.h>

/*
 * Never NULL: a record without room for any lock until the thread's first interposed call,
 * once it has ended, and when locks are not checked.  A wrapper's fast path looks at it
 * alone: when a lock fits in, everything else is ready too.
 */
extern __thread struct thread *thread_self
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The thread's record, made if need be; NULL: its locks are not tracked. */
struct thread *self_enter(void);

/* The record for a thread that the calling one is about to create; NULL: none. */
struct thread *self_expect(struct thread *creator, const pthread_attr_t *attributes);

/* Called by the new thread with that record. */
void self_begin(struct thread *self);

/* The thread with that record and number was created, and may have run or ended already. */
void self_created(struct thread *expected, uint32_t number, uintptr_t handle);

/* The thread was not created after all. */
void self_cancel(struct thread *expected);

/* It was detached; NULL: it is not tracked. */
void self_detach(struct thread *thread);

/* Once: from now on the end of each thread is noticed. */
void self_watch_ends(void);

/* Asks the kernel for another thread's name, for a report. */
void self_learn_name(struct thread *other);

/* In the child of a fork. */
void self_forked(void);

/* No thread is tracked from now on. */
void self_switch_off(void);

#endif
