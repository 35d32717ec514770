/* SPDX-License-Identifier: MIT */
/*
 * The table of known chains.  Written by the checker's slow path only; it must never give
 * back a table that a thread may still read.
 */
#include "locks/chains.h"

#include "base/memory.h"

#include <stddef.h>
#include <string.h>

enum { FIRST_ENTRIES = 4096, MOST_ENTRIES = 1 << 22 };

/* A few empty entries, so that readers need not ask whether there is a table. */
static uint64_t nothing[1 + CHAIN_WAYS] = {CHAIN_WAYS - 1};

struct chains *chains_now = (struct chains *)nothing;
static uint64_t added; /* since the table was made or emptied, */
static uint64_t lost;  /* and how many locks have gone since then */

static struct chains *make(uint64_t entries)
{
    struct chains *chains = memory_take(sizeof *chains + entries * sizeof chains->entries[0]);

    if (chains != NULL)
        chains->mask = entries - 1;
    return chains;
}

bool chains_open(void)
{
    struct chains *chains = make(FIRST_ENTRIES);

    if (chains != NULL)
        __atomic_store_n(&chains_now, chains, __ATOMIC_RELEASE);
    return chains != NULL;
}

static bool is_of(uint64_t entry, uint64_t chain)
{
    return (entry ^ chain) >> CHAIN_TAG_BITS == 0;
}

/* Over what it replaces, else where nothing is, else over one of the others. */
static unsigned way_for(const uint64_t *slot, uint64_t chain, uint16_t tag)
{
    for (unsigned way = 0; way < CHAIN_WAYS; way++)
        if (is_of(slot[way], chain) && (tag == CHAIN_FOR_ALL || (uint16_t)slot[way] == tag))
            return way;
    for (unsigned way = 0; way < CHAIN_WAYS; way++)
        if (slot[way] == 0)
            return way;
    return added % CHAIN_WAYS;
}

static void put(struct chains *chains, uint64_t chain, uint16_t tag)
{
    uint64_t *slot = &chains->entries[chains_slot(chains, chain)];
    uint64_t entry = (chain >> CHAIN_TAG_BITS << CHAIN_TAG_BITS) | tag;

    __atomic_store_n(&slot[way_for(slot, chain, tag)], entry, __ATOMIC_RELAXED);
}

/*
 * A chain's place is its lower bits, of which the entry does not keep the lowest 16, so a
 * table can't be copied to a larger one: it fills again as chains are seen again.  The
 * smaller one stays mapped for those who read it.
 */
static void grow(void)
{
    uint64_t entries = chains_now->mask + 1;
    bool mostly_dead = lost > entries / 16;
    struct chains *larger = entries < MOST_ENTRIES && !mostly_dead ? make(2 * entries) : NULL;

    added = lost = 0;
    if (larger != NULL)
        __atomic_store_n(&chains_now, larger, __ATOMIC_RELEASE);
    else
        chains_forget();
}

void chains_add(uint64_t chain, uint16_t tag)
{
    if (++added > (chains_now->mask + 1) / 2)
        grow();
    put(chains_now, chain, tag);
}

void chains_forget(void)
{
    for (uint64_t slot = 0; slot <= chains_now->mask; slot++)
        __atomic_store_n(&chains_now->entries[slot], 0, __ATOMIC_RELAXED);
    added = lost = 0;
}

void chains_lose_some(void)
{
    lost++;
}
