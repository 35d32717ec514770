/* SPDX-License-Identifier: MIT */
/* Linear probing; a removal closes the gap, so that nothing is left behind to be skipped. */
#include "base/map.h"

#include "base/hash.h"
#include "base/memory.h"

enum { FIRST_ENTRIES = 256 };

struct map_entry {
    uint64_t key, value;
};

static size_t home_of(const struct map *map, uint64_t key)
{
    return hash_mix(key, 7) & map->mask;
}

/* Where the key stands, or would. */
static size_t seek(const struct map *map, uint64_t key)
{
    size_t slot = home_of(map, key);

    while (map->entries[slot].key != 0 && map->entries[slot].key != key)
        slot = (slot + 1) & map->mask;
    return slot;
}

uint64_t map_get(const struct map *map, uint64_t key)
{
    return map->entries == NULL ? 0 : map->entries[seek(map, key)].value;
}

static bool grow(struct map *map)
{
    size_t room = map->entries == NULL ? 0 : map->mask + 1;
    size_t larger = room == 0 ? FIRST_ENTRIES : 2 * room;
    struct map grown = {.entries = memory_take(larger * sizeof *grown.entries), .mask = larger - 1};

    if (grown.entries == NULL)
        return false;
    for (size_t slot = 0; slot < room; slot++)
        if (map->entries[slot].key != 0)
            grown.entries[seek(&grown, map->entries[slot].key)] = map->entries[slot];
    grown.used = map->used;
    memory_give(map->entries, room * sizeof *map->entries);
    *map = grown;
    return true;
}

bool map_put(struct map *map, uint64_t key, uint64_t value)
{
    if ((map->entries == NULL || map->used >= (map->mask + 1) / 2) && !grow(map))
        return false;
    struct map_entry *entry = &map->entries[seek(map, key)];

    map->used += entry->key == 0;
    *entry = (struct map_entry){key, value};
    return true;
}

void map_remove(struct map *map, uint64_t key)
{
    if (map->entries == NULL)
        return;
    size_t gap = seek(map, key);
    if (map->entries[gap].key == 0)
        return;
    map->used--;
    for (size_t slot = (gap + 1) & map->mask; map->entries[slot].key != 0;
         slot = (slot + 1) & map->mask) {
        size_t home = home_of(map, map->entries[slot].key);

        /* Does the gap lie on the way from its home to where it stands? */
        if (((slot - home) & map->mask) >= ((slot - gap) & map->mask)) {
            map->entries[gap] = map->entries[slot];
            gap = slot;
        }
    }
    map->entries[gap] = (struct map_entry){0, 0};
}

void map_clear(struct map *map)
{
    if (map->entries != NULL)
        memory_give(map->entries, (map->mask + 1) * sizeof *map->entries);
    *map = (struct map){0};
}
