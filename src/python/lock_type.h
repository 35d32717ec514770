/* SPDX-License-Identifier: MIT */
/*
 * CPython's types of locks, `_thread.lock` and `_thread.RLock`: their methods replaced by
 * ours, which reaches `with`, methods that were bound before, and specialised bytecode alike.
 *
 * The tables of methods are the process's, so that all interpreters share them; the types
 * are each interpreter's own from 3.10.
 */
#ifndef PIHOOK_PYTHON_LOCK_TYPE_H
#define PIHOOK_PYTHON_LOCK_TYPE_H

#include "python/method_table.h"

#include <stdbool.h>

enum lock_type { TYPE_LOCK, TYPE_RLOCK, TYPE_COUNT };

enum lock_call {
    CALL_ACQUIRE,
    CALL_ENTER,
    CALL_RELEASE,
    CALL_EXIT,
    CALL_SAVE,    /* _release_save: of RLock, for a condition that is waited for */
    CALL_RESTORE, /* _acquire_restore */
    CALL_REINIT,  /* _at_fork_reinit */
    CALL_COUNT
};

/* What is called instead; real[] has what to call then, once lock_type_wrap() is done. */
struct lock_watch {
    method_function methods[TYPE_COUNT][CALL_COUNT]; /* NULL: left as it is */
    void (*made)(PyObject *lock, enum lock_type type);
    void (*made_sentinel)(PyObject *lock); /* that a thread holds as long as it runs */
    void (*dies)(PyObject *lock, enum lock_type type);
    void (*named)(PyObject *lock, const char *name);
};

struct lock_real {
    method_function methods[TYPE_COUNT][CALL_COUNT];
    int flags[TYPE_COUNT][CALL_COUNT]; /* METH_*: how arguments come */
    size_t taken[TYPE_COUNT];          /* the byte of a lock that is 0 while it is free */
};
extern struct lock_real lock_real;

/* Before any interpreter starts; the watch must stay. */
void lock_type_watch(const struct lock_watch *watch);

bool lock_type_is_watched(void);

/*
 * In each interpreter, once it has its module _thread.  NULL, or what is missing; then nothing
 * was replaced.
 */
const char *lock_type_wrap(void);

/* Tells the watch that the program names a lock. */
void lock_type_name(PyObject *lock, const char *name);

/* A canary: how often a method of a lock has come to us while that was tried out at start. */
long lock_type_seen(void);

/* Is the object a lock of one of these types? */
bool lock_type_is(PyObject *object, enum lock_type *type);

/* Is the lock taken, at this moment? */
static inline bool lock_is_taken(const PyObject *lock, enum lock_type type)
{
    return __atomic_load_n((const char *)lock + lock_real.taken[type], __ATOMIC_RELAXED) != 0;
}

#endif
