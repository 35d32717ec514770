/* SPDX-License-Identifier: MIT */
/* Python's locks come and go, and some turn out to be signals. */
#ifndef PIHOOK_PRELOAD_PYTHON_LOCK_LIFE_H
#define PIHOOK_PRELOAD_PYTHON_LOCK_LIFE_H

#include "locks/thread.h"
#include "python/lock_type.h"

/* See struct lock_watch. */
void python_lock_made(PyObject *lock, enum lock_type type);
void python_sentinel_made(PyObject *lock);
void python_lock_dies(PyObject *lock, enum lock_type type);
void python_lock_named(PyObject *lock, const char *name);

/* The lock is no mutex, nobody holds it any more, and its edges go. */
void python_lock_is_signal(struct thread *self, const PyObject *lock);

#endif
