/* SPDX-License-Identifier: MIT */
/*
 * What is known of the locks that stand in the lock-order graph, and the names that the
 * program gave.  Under the guard.
 */
#ifndef PIHOOK_LOCKS_KNOWN_H
#define PIHOOK_LOCKS_KNOWN_H

#include "locks/graph.h"
#include "locks/identity.h"
#include "locks/lock.h"

/* Static locks are of one class where they lie in one variable; else each is its own. */
void known_by_variable(bool on);

struct known_lock {
    lock_id id;
    const void *address;
    uint32_t lock_class;
    enum lock_kind kind;
};

/*
 * The node of a lock, made if need be; 0: no memory.  An earlier lock of that address is
 * gone, and leaves the graph.
 */
graph_node known_enter(struct graph *graph, const struct lock_request *lock);

/* The lock with that id and address is gone. */
void known_drop(struct graph *graph, lock_id id, const void *address);

struct known_lock *known_at(graph_node node);

/* The class of a lock, found out from where it lies if it was never initialised by a call. */
uint32_t known_class(const struct lock_request *lock);

/* The string is copied; false: no memory. */
bool known_set_name(const void *lock, const char *name);

/* "" for none. */
const char *known_name(const void *lock);

/* The variable that the locks of a script's class are made for, as its line says; "": unknown. */
const char *known_assigned(uint32_t lock_class);
void known_forget_name(const void *lock);
bool known_any_name(void); /* no guard */

/* Forgets all, even what is half written: the memory is lost. */
void known_reset(void);

#endif
