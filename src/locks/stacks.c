/* SPDX-License-Identifier: MIT */
/* Stacks by number.  Called when the lock-order graph learns something; never on a fast path. */
#include "locks/stacks.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/table.h"

#include <stddef.h>
#include <string.h>

struct stack {
    const void **frames;
    uint32_t count;
};

enum { ROOM_FRAMES = 8192 };

static struct table stacks = TABLE_OF(struct stack);
static struct map by_hash;
static const void **room; /* where the next frames go */
static size_t room_left;

static struct stack *at(stack_id id)
{
    return table_at(&stacks, id);
}

static uint64_t hash_of(const void *const *frames, unsigned count)
{
    uint64_t hash = count;

    for (unsigned i = 0; i < count; i++)
        hash = hash_mix(hash, (uintptr_t)frames[i]);
    return hash | 1;
}

static stack_id find(uint64_t hash, const void *const *frames, unsigned count)
{
    stack_id id = (stack_id)map_get(&by_hash, hash);

    if (id != 0 && at(id)->count == count &&
        memcmp(at(id)->frames, frames, count * sizeof *frames) == 0)
        return id;
    return 0;
}

static const void **copy(const void *const *frames, unsigned count)
{
    if (room_left < count) {
        room = memory_take(ROOM_FRAMES * sizeof *room);
        room_left = room == NULL ? 0 : ROOM_FRAMES;
    }
    if (room == NULL)
        return NULL;
    const void **kept = room;
    memcpy(kept, frames, count * sizeof *frames);
    room += count;
    room_left -= count;
    return kept;
}

stack_id stacks_keep(const void *const *frames, unsigned count)
{
    uint64_t hash = hash_of(frames, count);
    stack_id id = count == 0 ? 0 : find(hash, frames, count);

    if (id != 0 || count == 0)
        return id;
    const void **kept = copy(frames, count);
    id = kept == NULL ? 0 : table_add(&stacks);
    if (id != 0) {
        *at(id) = (struct stack){.frames = kept, .count = count};
        map_put(&by_hash, hash, id);
    }
    return id;
}

const void *const *stacks_frames(stack_id stack, unsigned *count)
{
    *count = stack == 0 ? 0 : at(stack)->count;
    return stack == 0 ? NULL : at(stack)->frames;
}

void stacks_reset(void)
{
    stacks = (struct table)TABLE_OF(struct stack);
    by_hash = (struct map){0};
    room_left = 0;
}
