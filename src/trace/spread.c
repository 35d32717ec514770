/* SPDX-License-Identifier: MIT */
/* Called for every acquisition and release while statistics are kept. */
#include "trace/spread.h"

#include <stdbool.h>

enum { FIRST_BITS = 5 }; /* below 32 ns all is one */

static unsigned bucket_of(int64_t nanoseconds)
{
    uint64_t value = nanoseconds < 1 << FIRST_BITS ? 1 << FIRST_BITS : (uint64_t)nanoseconds;
    unsigned bits = 63 - (unsigned)__builtin_clzll(value);
    unsigned half = (unsigned)(value >> (bits - 1)) & 1;
    unsigned bucket = 2 * (bits - FIRST_BITS) + half;

    return bucket < SPREAD_BUCKETS ? bucket : SPREAD_BUCKETS - 1;
}

/* The middle of a bucket. */
static int64_t value_of(unsigned bucket)
{
    int64_t half = INT64_C(1) << (bucket / 2 + FIRST_BITS - 1);

    return bucket % 2 == 0 ? 2 * half + half / 2 : 3 * half + half / 2;
}

/* What only one thread writes needs no lock of the bus, but must be whole for those who read. */
#define READ(from) __atomic_load_n(from, __ATOMIC_RELAXED)
#define ADD(into, more) __atomic_store_n(into, READ(into) + (more), __ATOMIC_RELAXED)

void spread_add(struct spread *spread, int64_t nanoseconds)
{
    ADD(&spread->count, 1);
    ADD(&spread->total, nanoseconds);
    ADD(&spread->buckets[bucket_of(nanoseconds)], 1);
    if (nanoseconds > READ(&spread->longest))
        __atomic_store_n(&spread->longest, nanoseconds, __ATOMIC_RELAXED);
}

static void raise_to(int64_t *longest, int64_t nanoseconds)
{
    int64_t before = __atomic_load_n(longest, __ATOMIC_RELAXED);

    while (before < nanoseconds && !__atomic_compare_exchange_n(longest, &before, nanoseconds, true,
                                                                __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        continue;
}

void spread_add_shared(struct spread *spread, int64_t nanoseconds)
{
    __atomic_fetch_add(&spread->count, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&spread->total, nanoseconds, __ATOMIC_RELAXED);
    __atomic_fetch_add(&spread->buckets[bucket_of(nanoseconds)], 1, __ATOMIC_RELAXED);
    raise_to(&spread->longest, nanoseconds);
}

void spread_merge(struct spread *into, const struct spread *from)
{
    ADD(&into->count, READ(&from->count));
    ADD(&into->total, READ(&from->total));
    for (unsigned bucket = 0; bucket < SPREAD_BUCKETS; bucket++)
        ADD(&into->buckets[bucket], READ(&from->buckets[bucket]));
    raise_to(&into->longest, READ(&from->longest));
}

int64_t spread_share(const struct spread *spread, unsigned percent)
{
    int64_t longest = __atomic_load_n(&spread->longest, __ATOMIC_RELAXED);
    uint64_t seen = 0, wanted;

    wanted = (__atomic_load_n(&spread->count, __ATOMIC_RELAXED) * percent + 99) / 100;
    for (unsigned bucket = 0; bucket < SPREAD_BUCKETS && wanted > 0; bucket++) {
        seen += __atomic_load_n(&spread->buckets[bucket], __ATOMIC_RELAXED);
        if (seen >= wanted)
            return value_of(bucket) < longest ? value_of(bucket) : longest;
    }
    return longest;
}
