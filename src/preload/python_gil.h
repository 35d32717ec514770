/* SPDX-License-Identifier: MIT */
/*
 * The GIL of each interpreter, as its mutexes show it.
 *
 * CPython makes it of two mutexes with a condition variable each, in this order: one that
 * guards the GIL, held for a moment by whoever takes it or gives it back, and one for the
 * switch from thread to thread, which is locked inside of that moment only by a thread that
 * takes the GIL.  So which of both it is can be told by the order of calls alone.
 *
 * Such mutexes are no locks of the program; wrappers hand them over here.
 */
#ifndef PIHOOK_PRELOAD_PYTHON_GIL_H
#define PIHOOK_PRELOAD_PYTHON_GIL_H

#include "locks/thread.h"

#include <pthread.h>
#include <stdbool.h>

/* Initialised by a call at that place: is it one of them? */
bool python_gil_made(struct thread *self, pthread_mutex_t *mutex, const void *place);

/* Is it one of them, or another of the interpreter's own? */
bool python_gil_has(const pthread_mutex_t *mutex);

/*
 * It was locked; it is about to be waited with, in the frame that `here` is of; it was
 * unlocked; it is about to be destroyed.
 */
void python_gil_locked(struct thread *self, const pthread_mutex_t *mutex);
void python_gil_waits(struct thread *self, const pthread_mutex_t *mutex, const void *place,
                      const struct unwind_registers *here);
void python_gil_unlocked(struct thread *self, const pthread_mutex_t *mutex, const void *place);
void python_gil_gone(struct thread *self, const pthread_mutex_t *mutex);

#endif
