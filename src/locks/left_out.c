/* SPDX-License-Identifier: MIT */
/* Called by wrappers of locks, off their fast paths; it must be quick and never wait. */
#include "locks/left_out.h"

#include <stddef.h>
#include <stdint.h>

enum { PLACES_MOST = 68 };

/* `high` is written last and read first: 0 is free, 1 is being written. */
static struct {
    uintptr_t low, high;
} places[PLACES_MOST];
static unsigned bound; /* behind the last one that was ever in use */

static bool claim(unsigned i)
{
    uintptr_t nothing = 0;

    return __atomic_compare_exchange_n(&places[i].high, &nothing, 1, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static void be_bound(unsigned least)
{
    unsigned present = __atomic_load_n(&bound, __ATOMIC_RELAXED);

    while (present < least && !__atomic_compare_exchange_n(&bound, &present, least, false,
                                                           __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        continue;
}

bool left_out_add(const void *low, const void *high)
{
    for (unsigned i = 0; i < PLACES_MOST; i++)
        if (claim(i)) {
            __atomic_store_n(&places[i].low, (uintptr_t)low, __ATOMIC_RELEASE);
            __atomic_store_n(&places[i].high, (uintptr_t)high, __ATOMIC_RELEASE);
            be_bound(i + 1);
            return true;
        }
    return false;
}

void left_out_remove(const void *low)
{
    for (unsigned i = 0; i < bound; i++)
        if (places[i].high != 0 && places[i].low == (uintptr_t)low)
            __atomic_store_n(&places[i].high, 0, __ATOMIC_RELEASE);
}

bool left_out_has(const void *lock)
{
    unsigned count = __atomic_load_n(&bound, __ATOMIC_ACQUIRE);

    for (unsigned i = 0; i < count; i++) {
        uintptr_t high = __atomic_load_n(&places[i].high, __ATOMIC_ACQUIRE);

        if ((uintptr_t)lock < high && (uintptr_t)lock >= places[i].low)
            return true;
    }
    return false;
}
