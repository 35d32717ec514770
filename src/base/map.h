/* SPDX-License-Identifier: MIT */
/*
 * A hash map from numbers to numbers; neither may be 0.  Serialised by the caller.
 */
#ifndef PIHOOK_BASE_MAP_H
#define PIHOOK_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry;

/* All zeroes is an empty map. */
struct map {
    struct map_entry *entries;
    size_t mask, used;
};

/* The value, or 0. */
uint64_t map_get(const struct map *map, uint64_t key);

/* Adds or replaces; false: no memory. */
bool map_put(struct map *map, uint64_t key, uint64_t value);

void map_remove(struct map *map, uint64_t key);

/* Gives its memory back; it is empty then. */
void map_clear(struct map *map);

#endif
