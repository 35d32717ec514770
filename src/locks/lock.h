/* SPDX-License-Identifier: MIT */
/* What all files of the room say about one lock and one acquisition. */
#ifndef PIHOOK_LOCKS_LOCK_H
#define PIHOOK_LOCKS_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A lock instance: never used twice in the life of a process, so that a lock made at the
 * address of an earlier one is another.  The upper bits are its class.  0 is none.
 */
typedef uint64_t lock_id;

enum lock_kind {
    LOCK_MUTEX,
    LOCK_RWLOCK,
    LOCK_SPIN,
    LOCK_INTERPRETER,      /* what one thread at a time runs a script under: Python's GIL */
    LOCK_SCRIPT,           /* an object of a script, such as Python's Lock */
    LOCK_SCRIPT_RECURSIVE, /* one that its owner may acquire again: RLock */
    LOCK_IMPORT            /* what a module is loaded under */
};

/* "mutex", "rwlock", ...; "lock" for a number that is none. */
const char *lock_kind_name(unsigned kind);

static inline bool lock_is_of_script(enum lock_kind kind)
{
    return kind >= LOCK_SCRIPT;
}

/*
 * Some locks have no address, and get a number in its place: a multiple of 4 where no lock of
 * a user's process can be.
 */
static inline uintptr_t lock_made_up(uint64_t number)
{
    return UINT64_C(1) << 62 | (number & ((UINT64_C(1) << 62) - 1));
}

static inline bool lock_is_made_up(const void *address)
{
    return (uintptr_t)address >> 62 == 1;
}

enum lock_mode { LOCK_WRITE, LOCK_READ };

/* How an acquisition may end. */
enum lock_wait {
    LOCK_BLOCKS, /* it waits as long as it takes */
    LOCK_TIMED,  /* it gives up after a time */
    LOCK_TRIES   /* it never waits */
};

/* An acquisition as the interposed call describes it. */
struct lock_request {
    const void *address;
    lock_id id;
    const void *place; /* the return address of the call */
    enum lock_kind kind;
    enum lock_mode mode;
    enum lock_wait wait;
    bool readers_block; /* a waiting writer keeps readers out */
    bool robust;        /* the kernel tells the next one when its owner dies */
};

#endif
