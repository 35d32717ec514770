/* SPDX-License-Identifier: MIT */
/*
 * Which lock instance is it?
 *
 * A lock whose memory has 16 bytes that libc leaves alone carries its id there, beside a
 * check made of its address: initialising the lock anew wipes the tag, and copying it makes
 * the check wrong, so a lock that is made where another one was gets an id of its own, and
 * nobody has to be told when memory is freed.  Other locks are looked up by their address.
 *
 * Any thread; identity_of_untagged() and identity_drop() of a lock that is new here need the
 * guard, all else takes no lock.
 */
#ifndef PIHOOK_LOCKS_IDENTITY_H
#define PIHOOK_LOCKS_IDENTITY_H

#include "locks/lock.h"
#include "locks/thread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a lock has room for a tag; aligned to 8. */
struct tag {
    lock_id *id;
    uintptr_t *check;
};

extern uintptr_t identity_secret __attribute__((visibility("hidden")));

/* Once, before all else; `seed` differs from process to process, across fork too. */
void identity_start(uint64_t seed);

/* The id in a tag, or 0: a lock not seen before. */
static inline lock_id tag_read(const struct tag *tag, const void *lock)
{
    return *tag->check == ((uintptr_t)lock ^ identity_secret) ? *tag->id : 0;
}

/* Writes a new id into the tag, for a lock that is being made: nobody else knows it yet. */
lock_id tag_make(const struct tag *tag, const void *lock, struct thread *self, uint32_t lock_class);

/* The id of a lock that has none yet; of two threads that come at once, both get the same. */
lock_id tag_claim(const struct tag *tag, const void *lock, struct thread *self,
                  uint32_t lock_class);

void tag_wipe(const struct tag *tag);

/*
 * What stands in place of the id of a lock that was destroyed, where the lock itself doesn't
 * tell: until it is made anew, who uses it makes a mistake.
 */
#define LOCK_DESTROYED (~UINT64_C(0))

void tag_bury(const struct tag *tag, const void *lock);

/* The id of a lock that can't carry one, or 0.  No guard. */
lock_id identity_find(const void *lock);

/* Gives such a lock a new id, whatever was there; 0: no memory.  Under the guard. */
lock_id identity_enter(const void *lock, struct thread *self, uint32_t lock_class);

/* Such a lock is gone.  Under the guard. */
void identity_drop(const void *lock);

/* The same, and for a while identity_find() answers LOCK_DESTROYED. */
void identity_bury(const void *lock);

/* ---- classes: where locks come from ---- */

enum lock_origin {
    ORIGIN_UNKNOWN,
    ORIGIN_INITIALISED, /* the place that called init */
    ORIGIN_STATIC,      /* the lock's own address */
    ORIGIN_ACQUIRED,    /* the place of the first acquisition that was looked at */
    ORIGIN_CREATED      /* the line of a script that made the object */
};

/* What a class is known to be, beside where it comes from. */
enum lock_trait {
    TRAIT_LIBRARY = 1,  /* made by a library of the system, or by one installed for scripts */
    TRAIT_STANDARD = 2, /* made by the standard library of scripts */
    TRAIT_SIGNAL = 4,   /* no mutex: one thread acquires it, another one releases it */
    TRAIT_SENTINEL = 8  /* a signal that its thread has ended */
};

struct lock_class {
    enum lock_origin origin;
    const void *address;
    unsigned traits; /* enum lock_trait */
};

/* The number of a class; 0: unknown, or there are too many.  Under the guard. */
uint32_t class_enter(enum lock_origin origin, const void *address);

/* The same if it is there already, else 0.  No guard. */
uint32_t class_find(enum lock_origin origin, const void *address);

/* Adds traits to a class.  No guard. */
void class_is(uint32_t number, unsigned traits);

struct lock_class class_at(uint32_t number);

/* The class that an id was made with; 0: none. */
uint32_t class_of(lock_id id);

#endif
