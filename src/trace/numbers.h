/* SPDX-License-Identifier: MIT */
/*
 * A hash map from keys to numbers that many threads read while one adds to it.  Neither a key
 * nor a number may be 0.  Adding is serialised by the caller; reading takes no lock.
 */
#ifndef PIHOOK_TRACE_NUMBERS_H
#define PIHOOK_TRACE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

struct numbers_table;

/* All zeroes is an empty one. */
struct numbers {
    struct numbers_table *table;
    uint64_t used;
};

/* The number of the key, or 0. */
uint32_t numbers_get(const struct numbers *numbers, uint64_t key);

/* Adds a key that is not there yet; false: no memory. */
bool numbers_add(struct numbers *numbers, uint64_t key, uint32_t number);

/* Adds it, or gives the key another number, which readers may see a moment later. */
bool numbers_set(struct numbers *numbers, uint64_t key, uint32_t number);

/* Forgets all; nobody may be reading. */
void numbers_clear(struct numbers *numbers);

#endif
