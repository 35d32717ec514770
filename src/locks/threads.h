/* SPDX-License-Identifier: MIT */
/*
 * All threads of the process that were seen.
 *
 * Changes are under the guard; looking up and walking take no lock, and records that are
 * found stay readable for ever.
 */
#ifndef PIHOOK_LOCKS_THREADS_H
#define PIHOOK_LOCKS_THREADS_H

#include "locks/thread.h"

/* A record for a thread, with room for held locks; NULL: no memory. */
struct thread *threads_enter(pid_t tid, uintptr_t handle);

/* It has created a thread: what it does again may be news, and no chain is known to it. */
void threads_learn_anew(struct thread *thread);

/* A thread whose record was made before it: now it runs. */
void threads_name(struct thread *thread, pid_t tid, uintptr_t handle);

/* It has ended: the record stays while it holds a lock or can still be joined. */
void threads_end(struct thread *thread);

/* It was joined or detached. */
void threads_let_go(struct thread *thread);

/* Only `self` goes on, as `tid`: the process is the child of a fork. */
void threads_forked(struct thread *self, pid_t tid);

/* The one that lives, or ended and was not let go; NULL: not seen. */
struct thread *threads_by_tid(pid_t tid);
struct thread *threads_by_handle(uintptr_t handle);

/* How many threads but `self` hold the lock, at this moment; the last of them in *one. */
unsigned threads_holding(const struct thread *self, const void *lock, struct thread **one);

/* The next record in use behind that one, from NULL to NULL. */
struct thread *threads_next(const struct thread *before);

/* The index of every record so far is below it. */
uint32_t threads_bound(void);

#endif
