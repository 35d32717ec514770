/* SPDX-License-Identifier: MIT */
/*
 * Words in buckets of one cache line each.  Called whenever a script makes a lock or uses two
 * at once.
 */
#include "locks/births.h"

#include "base/hash.h"
#include "base/memory.h"
#include "locks/identity.h"

#include <stddef.h>

enum { BUCKET_BITS = 15, BUCKETS = 1 << BUCKET_BITS, WAYS = 8 };
enum { SIGNAL = 1, CLASS_SHIFT = 1, CLASS_BITS = 19, ADDRESS_SHIFT = CLASS_SHIFT + CLASS_BITS };

#define CLASS_MASK ((UINT64_C(1) << CLASS_BITS) - 1)

typedef uint64_t bucket[WAYS]; /* upper bits: the address without its 4 lowest bits */

static bucket *buckets;

bool births_open(void)
{
    if (buckets == NULL)
        buckets = memory_take(BUCKETS * sizeof *buckets);
    return buckets != NULL;
}

static uint64_t key_of(const void *lock)
{
    return (uintptr_t)lock >> 4;
}

/* Neighbours are together: the pages of the table are touched as the program's own are. */
static uint64_t *bucket_of(const void *lock)
{
    return buckets[key_of(lock) / WAYS % BUCKETS];
}

static uint64_t *find(const void *lock)
{
    uint64_t *word = buckets == NULL ? NULL : bucket_of(lock), key = key_of(lock);

    for (unsigned way = 0; word != NULL && way < WAYS; way++)
        if (__atomic_load_n(&word[way], __ATOMIC_RELAXED) >> ADDRESS_SHIFT == key)
            return &word[way];
    return NULL;
}

/* Its own word, a free one, or that of a lock which is forgotten for it. */
static uint64_t *place_for(const void *lock)
{
    uint64_t *own = find(lock), *word;

    if (own != NULL || buckets == NULL)
        return own;
    word = bucket_of(lock);
    for (unsigned way = 0; way < WAYS; way++)
        if (__atomic_load_n(&word[way], __ATOMIC_RELAXED) == 0)
            return &word[way];
    return &word[hash_mix(key_of(lock), 11) % WAYS];
}

static void put(const void *lock, uint64_t rest)
{
    uint64_t *word = place_for(lock);

    if (word != NULL)
        __atomic_store_n(word, key_of(lock) << ADDRESS_SHIFT | rest, __ATOMIC_RELAXED);
}

void births_note(const void *lock, uint32_t lock_class)
{
    put(lock, (lock_class <= CLASS_MASK ? (uint64_t)lock_class : 0) << CLASS_SHIFT);
}

void births_forget(const void *lock)
{
    uint64_t *word = find(lock);

    if (word != NULL)
        __atomic_store_n(word, 0, __ATOMIC_RELAXED);
}

uint32_t births_class(const void *lock)
{
    const uint64_t *word = find(lock);

    return word == NULL ? 0 : (uint32_t)(*word >> CLASS_SHIFT & CLASS_MASK);
}

void births_mark_signal(const void *lock)
{
    uint64_t *word = find(lock);

    if (word != NULL)
        __atomic_fetch_or(word, SIGNAL, __ATOMIC_RELAXED);
    else
        put(lock, SIGNAL);
}

bool births_is_signal(const void *lock)
{
    const uint64_t *word = find(lock);

    return word != NULL &&
           ((*word & SIGNAL) != 0 || (class_at(births_class(lock)).traits & TRAIT_SIGNAL) != 0);
}
