/* SPDX-License-Identifier: MIT */
/*
 * Threads of Python that wait for the end of others: up to 3.12 by acquiring a lock that the
 * other one holds as long as it runs, its sentinel; later by the method of a handle.
 */
#ifndef PIHOOK_PRELOAD_PYTHON_JOIN_H
#define PIHOOK_PRELOAD_PYTHON_JOIN_H

#include "locks/thread.h"
#include "locks/waits.h"
#include "python/api.h"

#include <stdbool.h>

struct python_join {
    struct thread *self, *joined; /* joined NULL: it has ended */
    uint32_t number;
    enum lock_wait wait; /* LOCK_TRIES: it is only asked whether it has ended */
};

/* The thread that has that sentinel, and is not the calling one; NULL if none lives. */
struct thread *python_join_thread(const struct thread *self, const void *sentinel);

/* Around the real call; see checks_acquiring() for self->blocked_at.  Python code's thread. */
void python_join_begin(struct python_join *join, struct thread *self, struct thread *joined,
                       enum lock_wait wait);
void python_join_end(const struct python_join *join, bool success);

/* The method join of a handle. */
PyObject *python_join(PyObject *handle, void *a, void *b, void *c);

/*
 * The thread is about to wait and that would close a circle (NULL: it doesn't): tells it if it
 * is certain, and frees it.  Returns whether it is.
 */
bool python_wait_begins(struct thread *self, struct waits *circle);

#endif
