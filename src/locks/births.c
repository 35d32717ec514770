/* SPDX-License-Identifier: MIT */
/*
 * Words in buckets of one cache line each, of two tables.  Most programs have few locks at a
 * time, and those fit into the small one: four pages that are touched, whatever the addresses.
 * Called whenever a script makes a lock or uses two at once.
 */
#include "locks/births.h"

#include "base/hash.h"
#include "base/memory.h"
#include "locks/identity.h"

#include <stddef.h>

enum { SMALL_BITS = 8, LARGE_BITS = 15, WAYS = 8 };
enum { SIGNAL = 1, CLASS_SHIFT = 1, CLASS_BITS = 19, ADDRESS_SHIFT = CLASS_SHIFT + CLASS_BITS };

#define CLASS_MASK ((UINT64_C(1) << CLASS_BITS) - 1)
#define LARGE_BYTES (sizeof(bucket) << LARGE_BITS)

typedef uint64_t bucket[WAYS]; /* upper bits: the address without its 4 lowest bits */

static _Alignas(sizeof(bucket)) bucket small[1 << SMALL_BITS];
static bucket *large; /* NULL: none was needed yet */

static uint64_t key_of(const void *lock)
{
    return (uintptr_t)lock >> 4;
}

static uint64_t *in_small(const void *lock)
{
    return small[hash_mix(key_of(lock), 5) >> (64 - SMALL_BITS)];
}

/* Neighbours are together: the pages of the table are touched as the program's own are. */
static uint64_t *in_large(const void *lock)
{
    bucket *buckets = __atomic_load_n(&large, __ATOMIC_ACQUIRE);

    return buckets == NULL ? NULL : buckets[key_of(lock) / WAYS % (1 << LARGE_BITS)];
}

static void need_large(void)
{
    bucket *none = NULL, *fresh;

    if (__atomic_load_n(&large, __ATOMIC_ACQUIRE) != NULL)
        return;
    fresh = memory_take(LARGE_BYTES);
    if (fresh != NULL && !__atomic_compare_exchange_n(&large, &none, fresh, false, __ATOMIC_ACQ_REL,
                                                      __ATOMIC_ACQUIRE))
        memory_give(fresh, LARGE_BYTES);
}

static uint64_t *find_in(uint64_t *words, uint64_t key)
{
    for (unsigned way = 0; words != NULL && way < WAYS; way++)
        if (__atomic_load_n(&words[way], __ATOMIC_RELAXED) >> ADDRESS_SHIFT == key)
            return &words[way];
    return NULL;
}

static uint64_t *find(const void *lock)
{
    uint64_t *word = find_in(in_small(lock), key_of(lock));

    return word != NULL ? word : find_in(in_large(lock), key_of(lock));
}

static bool put_where_free(uint64_t *words, uint64_t value)
{
    for (unsigned way = 0; words != NULL && way < WAYS; way++) {
        uint64_t nothing = 0;

        if (__atomic_load_n(&words[way], __ATOMIC_RELAXED) == 0 &&
            __atomic_compare_exchange_n(&words[way], &nothing, value, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return true;
    }
    return false;
}

/* Into its own word, a free one, or that of a lock which is forgotten for it. */
static void put(const void *lock, uint64_t rest)
{
    uint64_t value = key_of(lock) << ADDRESS_SHIFT | rest, *word = find(lock);

    if (word == NULL) {
        if (put_where_free(in_small(lock), value))
            return;
        need_large();
        if (put_where_free(in_large(lock), value))
            return;
        word = in_large(lock) != NULL ? in_large(lock) : in_small(lock);
        word += hash_mix(key_of(lock), 11) % WAYS;
    }
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
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
