/* SPDX-License-Identifier: MIT */
/* From hashes to numbers of items from 0 on; the keys stand in the items. */
#ifndef PIHOOK_GRAPH_INDEX_H
#define PIHOOK_GRAPH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zeroes is an empty one. */
struct index {
    uint64_t *slots; /* the upper half of the hash, and the number plus 1; 0: empty */
    size_t mask, used;
};

#define INDEX_NONE UINT32_MAX

/* The number of an item with that hash for which `is` says yes, or INDEX_NONE. */
uint32_t index_find(const struct index *index, uint64_t hash,
                    bool (*is)(const void *argument, uint32_t number), const void *argument);

/* The number is not in it. */
void index_add(struct index *index, uint64_t hash, uint32_t number);

void index_clear(struct index *index);

uint64_t index_hash(const void *bytes, size_t count);

#endif
