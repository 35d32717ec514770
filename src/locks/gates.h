/* SPDX-License-Identifier: MIT */
/*
 * Sets of held locks, each kept once.  Two threads whose sets have a lock in common, one of
 * them for writing, can't be in these places at the same time: it is a gate.
 *
 * A set is a number, 0 the empty one.  Calls are serialised by the caller.
 */
#ifndef PIHOOK_LOCKS_GATES_H
#define PIHOOK_LOCKS_GATES_H

#include "locks/graph.h"
#include "locks/items.h"
#include "locks/lookup.h"

#include <stdbool.h>
#include <stdint.h>

/* A set is its greatest lock and the set of the others, which other sets may share. */
struct gate {
    lock_id lock;
    uint32_t rest;
    uint32_t count : 31; /* of locks in the set */
    uint32_t mode : 1;
    uint32_t users; /* contexts and greater sets */
    uint32_t free;
};

struct gates {
    struct items items;
    struct lookup lookup;
};

void gates_init(struct gates *gates);

/* In place; of a lock that is there twice the write mode stays.  Returns how many are left. */
uint32_t gates_sort(struct graph_gate *gate, uint32_t count);

/* The number of a sorted set in *set, one user more.  False: there is no memory. */
bool gates_take(struct gates *gates, const struct graph_gate *sorted, uint32_t count,
                uint32_t *set);

/* One user more, for a set that has one, */
void gates_use(struct gates *gates, uint32_t set);

/* or one less. */
void gates_give(struct gates *gates, uint32_t set);

/* The greatest lock of a set that is not empty. */
const struct gate *gates_at(const struct gates *gates, uint32_t set);

/* Is every lock of the set among the sorted ones, in a mode that excludes at least as much? */
bool gates_within(const struct gates *gates, uint32_t set, const struct graph_gate *sorted,
                  uint32_t count);

/* The same for two sets. */
bool gates_contain(const struct gates *gates, uint32_t set, uint32_t part);

/* Have they a lock in common that one of them holds for writing? */
bool gates_exclude(const struct gates *gates, uint32_t a, uint32_t b);

void gates_clear(struct gates *gates);

#endif
