/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing; a slot has the hash in its upper half and the number
 * in its lower one.  Removal closes the gap by moving entries back, so there are no
 * tombstones that would pile up.  Called under the caller's lock, but for walks, which must
 * never wait.
 */
#include "locks/lookup.h"

#include "base/memory.h"

#include <stddef.h>

enum { FIRST_SLOTS = 256 };

struct lookup_slots {
    struct lookup_slots *older; /* somebody may still read them */
    uint32_t mask;
    uint64_t slot[];
};

static size_t bytes_of(uint32_t mask)
{
    return sizeof(struct lookup_slots) + ((size_t)mask + 1) * sizeof(uint64_t);
}

static uint64_t read_slot(const struct lookup_slots *slots, uint32_t at)
{
    return __atomic_load_n(&slots->slot[at], __ATOMIC_ACQUIRE);
}

static void write_slot(struct lookup_slots *slots, uint32_t at, uint64_t entry)
{
    __atomic_store_n(&slots->slot[at], entry, __ATOMIC_RELEASE);
}

static uint64_t entry_of(uint32_t hash, uint32_t number)
{
    return (uint64_t)hash << 32 | number;
}

/* The number of the next entry with the walk's hash, from its place on. */
static uint32_t seek(struct lookup_walk *walk)
{
    for (;; walk->at = (walk->at + 1) & walk->slots->mask) {
        uint64_t entry = read_slot(walk->slots, walk->at);

        if (entry == 0 || entry >> 32 == walk->hash)
            return (uint32_t)entry;
    }
}

uint32_t lookup_first(const struct lookup *lookup, uint32_t hash, struct lookup_walk *walk)
{
    walk->slots = __atomic_load_n(&lookup->slots, __ATOMIC_ACQUIRE);
    walk->hash = hash;
    if (walk->slots == NULL)
        return 0;
    walk->at = hash & walk->slots->mask;
    return seek(walk);
}

uint32_t lookup_next(struct lookup_walk *walk)
{
    walk->at = (walk->at + 1) & walk->slots->mask;
    return seek(walk);
}

uint32_t lookup_moves(const struct lookup *lookup)
{
    return __atomic_load_n(&lookup->moves, __ATOMIC_ACQUIRE);
}

static void put(struct lookup_slots *slots, uint64_t entry)
{
    uint32_t at = (uint32_t)(entry >> 32) & slots->mask;

    while (slots->slot[at] != 0)
        at = (at + 1) & slots->mask;
    write_slot(slots, at, entry);
}

static struct lookup_slots *twice(const struct lookup_slots *old)
{
    uint32_t mask = old == NULL ? FIRST_SLOTS - 1 : old->mask * 2 + 1;
    struct lookup_slots *slots = memory_take(bytes_of(mask));

    if (slots == NULL)
        return NULL;
    slots->mask = mask;
    for (uint32_t at = 0; old != NULL && at <= old->mask; at++)
        if (old->slot[at] != 0)
            put(slots, old->slot[at]);
    return slots;
}

static void give(struct lookup_slots *slots)
{
    if (slots != NULL)
        memory_give(slots, bytes_of(slots->mask));
}

static bool grow(struct lookup *lookup)
{
    struct lookup_slots *old = lookup->slots, *slots = twice(old);

    if (slots == NULL)
        return false;
    slots->older = lookup->shared ? old : NULL;
    __atomic_store_n(&lookup->slots, slots, __ATOMIC_RELEASE);
    if (!lookup->shared)
        give(old);
    return true;
}

/* At most three of four slots are used: an empty one ends every walk. */
static bool is_full(const struct lookup *lookup)
{
    return lookup->slots == NULL || lookup->count >= lookup->slots->mask - lookup->slots->mask / 4;
}

bool lookup_add(struct lookup *lookup, uint32_t hash, uint32_t number)
{
    if (is_full(lookup) && !grow(lookup))
        return false;
    put(lookup->slots, entry_of(hash, number));
    lookup->count++;
    return true;
}

/* May the entry at `at` stand in the gap, that is, does its own place not lie behind it? */
static bool fits_gap(const struct lookup_slots *slots, uint32_t gap, uint32_t at)
{
    uint32_t home = (uint32_t)(slots->slot[at] >> 32) & slots->mask;

    return ((at - home) & slots->mask) >= ((at - gap) & slots->mask);
}

/*
 * An entry is written to its new place, then counted as moved, and only then overwritten in
 * the old one: a walk that missed both has seen the count change.
 */
static void close_gap(struct lookup *lookup, uint32_t gap)
{
    struct lookup_slots *slots = lookup->slots;
    uint32_t at = gap;

    for (;;) {
        at = (at + 1) & slots->mask;
        if (slots->slot[at] == 0)
            break;
        if (!fits_gap(slots, gap, at))
            continue;
        write_slot(slots, gap, slots->slot[at]);
        __atomic_store_n(&lookup->moves, lookup->moves + 1, __ATOMIC_RELEASE);
        gap = at;
    }
    write_slot(slots, gap, 0);
}

void lookup_remove(struct lookup *lookup, uint32_t hash, uint32_t number)
{
    struct lookup_slots *slots = lookup->slots;
    uint32_t at = hash & slots->mask;

    while (slots->slot[at] != entry_of(hash, number))
        at = (at + 1) & slots->mask;
    close_gap(lookup, at);
    lookup->count--;
}

void lookup_clear(struct lookup *lookup)
{
    while (lookup->slots != NULL) {
        struct lookup_slots *older = lookup->slots->older;

        give(lookup->slots);
        lookup->slots = older;
    }
    lookup->count = 0;
}
