/* SPDX-License-Identifier: MIT */
/*
 * From the hash of a key to numbers of items; the keys stand in the items, so the caller
 * compares them.
 *
 *     for (n = lookup_first(&lookup, hash, &walk); n != 0; n = lookup_next(&walk))
 *
 * Changes are serialised by the caller.  Walks need not be when the lookup is `shared`: a
 * number that is in all the time is then met, or lookup_moves() has another value after the
 * walk than before it, and one walks again.
 */
#ifndef PIHOOK_LOCKS_LOOKUP_H
#define PIHOOK_LOCKS_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

struct lookup_slots;

struct lookup {
    struct lookup_slots *slots;
    uint32_t count;
    uint32_t moves;
    bool shared;
};

struct lookup_walk {
    const struct lookup_slots *slots;
    uint32_t at, hash;
};

uint32_t lookup_first(const struct lookup *lookup, uint32_t hash, struct lookup_walk *walk);
uint32_t lookup_next(struct lookup_walk *walk);
uint32_t lookup_moves(const struct lookup *lookup);

/* A number stands in it once.  False, and nothing changed: there is no memory. */
bool lookup_add(struct lookup *lookup, uint32_t hash, uint32_t number);

/* The number is in it, with that hash. */
void lookup_remove(struct lookup *lookup, uint32_t hash, uint32_t number);

void lookup_clear(struct lookup *lookup);

#endif
