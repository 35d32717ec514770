/* SPDX-License-Identifier: MIT */
/* Sequences of bytes, each kept once and known by a number from 0 on. */
#ifndef PIHOOK_GRAPH_INTERNED_H
#define PIHOOK_GRAPH_INTERNED_H

#include "graph/index.h"

#include <stdbool.h>

struct interned_item {
    uint64_t start;
    uint32_t count;
};

/* All zeroes is an empty one. */
struct interned {
    char *bytes;
    size_t used, bytes_room;
    struct interned_item *items;
    size_t count, room;
    struct index index;
};

/* The number of the sequence, kept if it is new; *is_new (or NULL) says so. */
uint32_t interned_keep(struct interned *interned, const void *bytes, size_t count, bool *is_new);

/* Aligned to 8; valid until the next one is kept.  A NUL follows that is not counted. */
const void *interned_at(const struct interned *interned, uint32_t number, size_t *count);

void interned_clear(struct interned *interned);

#endif
