/* SPDX-License-Identifier: MIT */
/*
 * The walk from a thread that is about to block.  Called without the guard, while all other
 * threads run; it must read nothing but their records.
 */
#include "locks/waits.h"

#include "base/memory.h"
#include "locks/threads.h"

#include <stddef.h>

/* Longer chains of waiting threads than that are followed no further, nor wider ones. */
enum { WAITERS_MAX = 4096, STEPS_MAX = 1 << 20 };

static struct lock_request read_lock(const struct thread *thread)
{
    uintptr_t acquiring = (uintptr_t)__atomic_load_n(&thread->acquiring, __ATOMIC_ACQUIRE);

    if (acquiring == 0)
        acquiring = (uintptr_t)held_wanted(thread);
    return (struct lock_request){
        .address = (const void *)(acquiring & ~(uintptr_t)WANTED_BITS),
        .mode = acquiring & WANTED_READ ? LOCK_READ : LOCK_WRITE,
        .place = thread->wait_place,
        .readers_block = acquiring & WANTED_BEHIND,
    };
}

/* Into `wanted` and `joined` of a waiter whose thread and wish are set. */
static bool read_wish(struct waiter *waiter)
{
    struct thread *thread = waiter->thread;

    waiter->wanted = (struct lock_request){.place = thread->wait_place};
    waiter->joined = NULL;
    if (waiter->wish == WISH_INTERPRETER)
        waiter->wanted.address = __atomic_load_n(&thread->wanted_interpreter, __ATOMIC_ACQUIRE);
    else if (waiter->wish == WISH_LOCK)
        waiter->wanted = read_lock(thread);
    else
        waiter->joined = __atomic_load_n(&thread->joining, __ATOMIC_ACQUIRE);
    return waiter->wanted.address != NULL || waiter->joined != NULL;
}

/* From that wish on. */
static bool read_next_wish(struct waiter *waiter, enum wish from)
{
    for (waiter->wish = from; waiter->wish < WISHES; waiter->wish++)
        if (read_wish(waiter))
            return true;
    return false;
}

bool waits_read(struct thread *thread, struct lock_request *wanted, struct thread **joined)
{
    struct waiter waiter = {.thread = thread};
    bool waits = read_next_wish(&waiter, WISH_LOCK);

    *wanted = waiter.wanted;
    *joined = waiter.joined;
    return waits;
}

struct lock_request waits_as_held(const struct lock_request *wanted, const struct thread *holder)
{
    struct lock_request lock = *wanted;
    const struct held *held = held_by_other(holder, wanted->address);

    if (held != NULL) {
        lock.id = held->id;
        lock.kind = (enum lock_kind)held->kind;
    }
    return lock;
}

static bool is_waiting(struct thread *thread)
{
    struct waiter waiter = {.thread = thread};

    return thread->state == THREAD_LIVE && read_next_wish(&waiter, WISH_LOCK);
}

/* Does a thread keep another one from acquiring the lock? */
static bool blocks(const struct thread *thread, const struct lock_request *wanted)
{
    const struct held *held = held_by_other(thread, wanted->address);

    if (held != NULL && held->robust && thread->state != THREAD_LIVE)
        return false;
    if (held != NULL && (wanted->mode == LOCK_WRITE || held->mode == LOCK_WRITE))
        return true;
    return wanted->readers_block && wanted->mode == LOCK_READ &&
           __atomic_load_n(&thread->acquiring, __ATOMIC_ACQUIRE) == wanted->address;
}

/* ---- the walk: depth first, over threads that block the last waiter found ---- */

struct walk {
    struct thread *self;
    struct waits *waits;
    uint8_t *seen; /* a bit for each index below `bound`; NULL: nothing is remembered */
    uint32_t bound;
    unsigned steps;
};

/* What led nowhere once need not be tried again.  A thread that is new came too late. */
static bool is_seen(const struct walk *walk, const struct thread *thread)
{
    return walk->seen != NULL && (thread->index >= walk->bound ||
                                  (walk->seen[thread->index / 8] >> thread->index % 8 & 1) != 0);
}

static void see(struct walk *walk, const struct thread *thread)
{
    walk->seen[thread->index / 8] |= (uint8_t)(1 << thread->index % 8);
}

/* Where a walk ends: with the thread that it began with, or one that runs no more. */
static bool is_end(const struct walk *walk, const struct thread *thread)
{
    return thread == walk->self || thread->state != THREAD_LIVE;
}

/* The next thread after `before` that keeps a waiter from going on, and may lead on. */
static struct thread *next_blocker(struct walk *walk, const struct waiter *waiter,
                                   struct thread *before)
{
    if (waiter->wanted.address == NULL) {
        struct thread *joined = waiter->joined;

        return before == NULL && joined->state == THREAD_LIVE ? joined : NULL;
    }
    for (struct thread *thread = before; (thread = threads_next(thread)) != NULL;) {
        if (thread != waiter->thread && blocks(thread, &waiter->wanted) &&
            (is_end(walk, thread) || (!is_seen(walk, thread) && is_waiting(thread))))
            return thread;
        if (++walk->steps > STEPS_MAX)
            return NULL;
    }
    return NULL;
}

static void append(struct walk *walk, struct thread *thread)
{
    struct waiter *waiter = &walk->waits->waiters[walk->waits->length];

    see(walk, thread);
    *waiter = (struct waiter){.thread = thread};
    if (read_next_wish(waiter, WISH_LOCK))
        walk->waits->length++;
}

/* The walk goes on from what else the last waiter waits for.  Of the first, one wish is asked. */
static bool turn_to_next_wish(struct waits *waits)
{
    struct waiter *last = &waits->waiters[waits->length - 1];

    last->last = NULL;
    return waits->length > 1 && read_next_wish(last, last->wish + 1);
}

static bool search(struct walk *walk)
{
    struct waits *waits = walk->waits;

    while (waits->length > 0) {
        struct waiter *last = &waits->waiters[waits->length - 1];
        struct thread *blocker = next_blocker(walk, last, last->last);

        last->last = blocker;
        if (blocker == NULL) {
            if (!turn_to_next_wish(waits))
                waits->length--;
        } else if (is_end(walk, blocker)) {
            waits->ended = blocker == walk->self ? NULL : blocker;
            return true;
        } else if (waits->length < WAITERS_MAX && !is_seen(walk, blocker)) {
            append(walk, blocker);
        }
    }
    return false;
}

/* Most often the owner runs, and nothing more is looked at. */
static bool may_lead_on(struct thread *self, const struct lock_request *wanted,
                        struct thread *owner)
{
    struct walk walk = {.self = self, .waits = &(struct waits){.length = 0}};
    struct waiter waiter = {.thread = self, .wanted = *wanted, .joined = owner};

    if (owner != NULL)
        return owner->state != THREAD_LIVE || is_waiting(owner);
    return next_blocker(&walk, &waiter, NULL) != NULL;
}

struct waits *waits_find(struct thread *self, const struct lock_request *wanted,
                         struct thread *owner)
{
    struct walk walk = {.self = self, .bound = threads_bound()};
    size_t bytes = sizeof(struct waits) + WAITERS_MAX * sizeof(struct waiter) + walk.bound / 8 + 1;

    if (!may_lead_on(self, wanted, owner) || (walk.waits = memory_take(bytes)) == NULL)
        return NULL;
    walk.seen = (uint8_t *)&walk.waits->waiters[WAITERS_MAX];
    walk.waits->bytes = bytes;
    walk.waits->length = 1;
    walk.waits->waiters[0] = (struct waiter){.thread = self, .wanted = *wanted, .joined = owner};
    if (search(&walk))
        return walk.waits;
    waits_free(walk.waits);
    return NULL;
}

static bool still_waits(const struct waits *waits, unsigned i, const struct thread *next)
{
    const struct waiter *waiter = &waits->waiters[i];
    struct waiter now = {.thread = waiter->thread, .wish = waiter->wish};

    if (i > 0 && (!read_wish(&now) || now.wanted.address != waiter->wanted.address ||
                  now.joined != waiter->joined))
        return false;
    if (waiter->wanted.address == NULL)
        return true;
    return blocks(next, &waiter->wanted);
}

bool waits_hold(const struct waits *waits)
{
    for (unsigned i = 0; i < waits->length; i++) {
        const struct thread *next = i + 1 < waits->length  ? waits->waiters[i + 1].thread
                                    : waits->ended != NULL ? waits->ended
                                                           : waits->waiters[0].thread;

        if (!still_waits(waits, i, next))
            return false;
    }
    return true;
}

void waits_free(struct waits *waits)
{
    if (waits == NULL)
        return;
    if (waits->scripts != NULL)
        memory_give(waits->scripts, waits->length * sizeof *waits->scripts);
    memory_give(waits, waits->bytes);
}
