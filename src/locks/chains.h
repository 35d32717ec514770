/* SPDX-License-Identifier: MIT */
/*
 * What needs no second look: chains of held locks, the one being acquired included, of which
 * every edge is in the graph.
 *
 * Read without a lock by every nested acquisition, and shared by all threads: a line that
 * nobody writes costs nobody anything.  A chain is known for one thread, or for all of them
 * once further threads add nothing to its edges.  Forgetting is always allowed.
 */
#ifndef PIHOOK_LOCKS_CHAINS_H
#define PIHOOK_LOCKS_CHAINS_H

#include <stdbool.h>
#include <stdint.h>

enum { CHAIN_TAG_BITS = 16, CHAIN_FOR_ALL = 0xffff, CHAIN_WAYS = 4 };

struct chains {
    uint64_t mask;      /* entries - 1 */
    uint64_t entries[]; /* upper bits of the chain, and the tag of a thread */
};

extern struct chains *chains_now __attribute__((visibility("hidden")));

/* Before anything is added; false: no memory. */
bool chains_open(void);

/* The tag of the thread with that number. */
static inline uint16_t chain_tag(uint32_t number)
{
    return (uint16_t)(number % CHAIN_FOR_ALL);
}

/* The first of the entries where a chain may stand. */
static inline uint64_t chains_slot(const struct chains *chains, uint64_t chain)
{
    return chain & chains->mask & ~(uint64_t)(CHAIN_WAYS - 1);
}

static inline bool chains_know(uint64_t chain, uint16_t tag)
{
    const struct chains *chains = __atomic_load_n(&chains_now, __ATOMIC_ACQUIRE);
    const uint64_t *slot = &chains->entries[chains_slot(chains, chain)];

    for (unsigned way = 0; way < CHAIN_WAYS; way++) {
        uint64_t entry = __atomic_load_n(&slot[way], __ATOMIC_RELAXED);

        if ((entry ^ chain) >> CHAIN_TAG_BITS == 0 &&
            ((uint16_t)entry == tag || (uint16_t)entry == CHAIN_FOR_ALL))
            return true;
    }
    return false;
}

/* Under the caller's lock. */
void chains_add(uint64_t chain, uint16_t tag);

/* A lock that chains stand on is gone, or a thread has a new tag: they are asked for no more. */
void chains_lose_some(void);

void chains_forget(void);

#endif
