/* SPDX-License-Identifier: MIT */
/* Open addressing.  Called for each line of a graph file: it is what reading costs. */
#include "graph/index.h"

#include "base/hash.h"
#include "report/pool.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

#define UPPER UINT64_C(0xffffffff00000000)

/* All that is kept of a hash is its upper half. */
static size_t home_of(const struct index *index, uint64_t hash)
{
    return hash >> 32 & index->mask;
}

uint32_t index_find(const struct index *index, uint64_t hash,
                    bool (*is)(const void *argument, uint32_t number), const void *argument)
{
    if (!index->slots)
        return INDEX_NONE;
    for (size_t at = home_of(index, hash); index->slots[at]; at = (at + 1) & index->mask) {
        uint32_t number = (uint32_t)index->slots[at] - 1;

        if (((index->slots[at] ^ hash) & UPPER) == 0 && is(argument, number))
            return number;
    }
    return INDEX_NONE;
}

static void put(struct index *index, uint64_t slot)
{
    size_t at = home_of(index, slot);

    while (index->slots[at])
        at = (at + 1) & index->mask;
    index->slots[at] = slot;
}

static void grow(struct index *index)
{
    struct index old = *index;
    size_t count = old.slots ? (old.mask + 1) * 2 : FIRST_SLOTS;

    index->slots = calloc(count, sizeof *index->slots);
    if (!index->slots)
        no_memory();
    index->mask = count - 1;
    for (size_t at = 0; old.slots && at <= old.mask; at++)
        if (old.slots[at])
            put(index, old.slots[at]);
    free(old.slots);
}

void index_add(struct index *index, uint64_t hash, uint32_t number)
{
    if (!index->slots || index->used > index->mask / 2)
        grow(index);
    put(index, (hash & UPPER) | (number + 1));
    index->used++;
}

void index_clear(struct index *index)
{
    free(index->slots);
    *index = (struct index){0};
}

uint64_t index_hash(const void *bytes, size_t count)
{
    const char *at = bytes;
    uint64_t hash = count, word;

    for (; count >= sizeof word; at += sizeof word, count -= sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = hash_mix(hash, word);
    }
    word = 0;
    memcpy(&word, at, count);
    return hash_mix(hash, word);
}
