/* SPDX-License-Identifier: MIT */
/* Interned bytes.  Called for each line of a graph file, mostly with what is there already. */
#include "graph/interned.h"

#include "graph/vector.h"
#include "report/pool.h"

#include <stdlib.h>
#include <string.h>

struct sought {
    const struct interned *interned;
    const void *bytes;
    size_t count;
};

static bool is_same(const void *argument, uint32_t number)
{
    const struct sought *sought = argument;
    const struct interned_item *item = &sought->interned->items[number];

    return item->count == sought->count &&
           memcmp(sought->interned->bytes + item->start, sought->bytes, sought->count) == 0;
}

static void reserve(struct interned *interned, size_t bytes)
{
    if (interned->bytes_room - interned->used >= bytes)
        return;
    interned->bytes_room += interned->bytes_room / 2 + bytes + 4096;
    interned->bytes = realloc(interned->bytes, interned->bytes_room);
    if (!interned->bytes)
        no_memory();
}

static uint32_t add(struct interned *interned, const void *bytes, size_t count)
{
    size_t whole = (count + 8) & ~(size_t)7; /* a NUL and up to the next one's start */

    if (count > UINT32_MAX - 8 || interned->count >= INDEX_NONE - 1)
        no_memory();
    reserve(interned, whole);
    memcpy(interned->bytes + interned->used, bytes, count);
    memset(interned->bytes + interned->used + count, 0, whole - count);
    VECTOR_ADD(interned, ((struct interned_item){interned->used, (uint32_t)count}));
    interned->used += whole;
    return (uint32_t)interned->count - 1;
}

uint32_t interned_keep(struct interned *interned, const void *bytes, size_t count, bool *is_new)
{
    const struct sought sought = {interned, bytes, count};
    uint64_t hash = index_hash(bytes, count);
    uint32_t number = index_find(&interned->index, hash, is_same, &sought);

    if (is_new)
        *is_new = number == INDEX_NONE;
    if (number != INDEX_NONE)
        return number;
    number = add(interned, bytes, count);
    index_add(&interned->index, hash, number);
    return number;
}

const void *interned_at(const struct interned *interned, uint32_t number, size_t *count)
{
    if (count)
        *count = interned->items[number].count;
    return interned->bytes + interned->items[number].start;
}

void interned_clear(struct interned *interned)
{
    free(interned->bytes);
    free(interned->items);
    index_clear(&interned->index);
    *interned = (struct interned){0};
}
