/* SPDX-License-Identifier: MIT */
/*
 * Interned sets of held locks, as lists that share their tails: the greatest lock comes
 * first, so that two sets are compared in one walk.  Called by the graph under its caller's
 * lock.
 */
#include "locks/gates.h"

#include "base/hash.h"

void gates_init(struct gates *gates)
{
    *gates = (struct gates){.items = ITEMS_OF(struct gate, free)};
}

static struct gate *gate_at(const struct gates *gates, uint32_t set)
{
    return table_at(&gates->items.table, set);
}

const struct gate *gates_at(const struct gates *gates, uint32_t set)
{
    return gate_at(gates, set);
}

/* They come in the order of acquisition, or the other way round. */
static void turn_round(struct graph_gate *gate, uint32_t count)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        struct graph_gate kept = gate[i];

        gate[i] = gate[count - 1 - i];
        gate[count - 1 - i] = kept;
    }
}

/* Held locks are few and mostly in order already. */
static void insertion_sort(struct graph_gate *gate, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct graph_gate moving = gate[i];
        uint32_t at = i;

        for (; at > 0 && gate[at - 1].lock > moving.lock; at--)
            gate[at] = gate[at - 1];
        gate[at] = moving;
    }
}

uint32_t gates_sort(struct graph_gate *gate, uint32_t count)
{
    uint32_t kept = 0;

    if (count > 1 && gate[0].lock > gate[count - 1].lock)
        turn_round(gate, count);
    insertion_sort(gate, count);
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || gate[kept - 1].lock != gate[i].lock)
            gate[kept++] = gate[i];
        else if (gate[i].mode == LOCK_WRITE)
            gate[kept - 1].mode = LOCK_WRITE;
    }
    return kept;
}

static uint32_t hash_of(uint32_t rest, lock_id lock, unsigned mode)
{
    return (uint32_t)(hash_mix(hash_mix(rest, lock), mode) >> 32);
}

static uint32_t find(const struct gates *gates, uint32_t hash, uint32_t rest,
                     const struct graph_gate *greatest)
{
    struct lookup_walk walk;
    uint32_t set = lookup_first(&gates->lookup, hash, &walk);

    for (; set != 0; set = lookup_next(&walk)) {
        const struct gate *gate = gate_at(gates, set);

        if (gate->rest == rest && gate->lock == greatest->lock && gate->mode == greatest->mode)
            break;
    }
    return set;
}

static uint32_t count_of(const struct gates *gates, uint32_t set)
{
    return set == 0 ? 0 : gate_at(gates, set)->count;
}

/* A set that is not there yet; it becomes a user of `rest`. */
static uint32_t make(struct gates *gates, uint32_t hash, uint32_t rest,
                     const struct graph_gate *greatest)
{
    uint32_t set = items_take(&gates->items);

    if (set == 0)
        return 0;
    if (!lookup_add(&gates->lookup, hash, set)) {
        items_give(&gates->items, set);
        return 0;
    }
    *gate_at(gates, set) = (struct gate){.lock = greatest->lock,
                                         .rest = rest,
                                         .count = count_of(gates, rest) + 1,
                                         .mode = greatest->mode};
    if (rest != 0)
        gate_at(gates, rest)->users++;
    return set;
}

/* Frees sets that nobody uses, from the greatest on. */
static void sweep(struct gates *gates, uint32_t set)
{
    while (set != 0 && gate_at(gates, set)->users == 0) {
        struct gate *gate = gate_at(gates, set);
        uint32_t rest = gate->rest;

        lookup_remove(&gates->lookup, hash_of(rest, gate->lock, gate->mode), set);
        items_give(&gates->items, set);
        if (rest != 0)
            gate_at(gates, rest)->users--;
        set = rest;
    }
}

bool gates_take(struct gates *gates, const struct graph_gate *sorted, uint32_t count, uint32_t *set)
{
    uint32_t now = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t hash = hash_of(now, sorted[i].lock, sorted[i].mode);
        uint32_t next = find(gates, hash, now, &sorted[i]);

        if (next == 0)
            next = make(gates, hash, now, &sorted[i]);
        if (next == 0) {
            sweep(gates, now);
            return false;
        }
        now = next;
    }
    if (now != 0)
        gate_at(gates, now)->users++;
    *set = now;
    return true;
}

void gates_use(struct gates *gates, uint32_t set)
{
    if (set != 0)
        gate_at(gates, set)->users++;
}

void gates_give(struct gates *gates, uint32_t set)
{
    if (set == 0)
        return;
    gate_at(gates, set)->users--;
    sweep(gates, set);
}

/* Does holding it in `strong` exclude all that holding it in `weak` does? */
static bool mode_covers(unsigned strong, unsigned weak)
{
    return strong == LOCK_WRITE || weak == LOCK_READ;
}

bool gates_within(const struct gates *gates, uint32_t set, const struct graph_gate *sorted,
                  uint32_t count)
{
    for (; set != 0; set = gate_at(gates, set)->rest) {
        const struct gate *gate = gate_at(gates, set);

        if (gate->count > count)
            return false;
        while (count > 0 && sorted[count - 1].lock > gate->lock)
            count--;
        if (count == 0 || sorted[count - 1].lock != gate->lock ||
            !mode_covers(sorted[count - 1].mode, gate->mode))
            return false;
    }
    return true;
}

bool gates_contain(const struct gates *gates, uint32_t set, uint32_t part)
{
    while (part != set && part != 0) {
        const struct gate *wanted = gate_at(gates, part);

        while (set != 0 && gate_at(gates, set)->lock > wanted->lock)
            set = gate_at(gates, set)->rest;
        if (set == 0 || gate_at(gates, set)->lock != wanted->lock ||
            !mode_covers(gate_at(gates, set)->mode, wanted->mode))
            return false;
        part = wanted->rest;
        set = gate_at(gates, set)->rest;
    }
    return true;
}

bool gates_exclude(const struct gates *gates, uint32_t a, uint32_t b)
{
    while (a != 0 && b != 0) {
        const struct gate *one = gate_at(gates, a), *other = gate_at(gates, b);

        if (one->lock == other->lock && (one->mode == LOCK_WRITE || other->mode == LOCK_WRITE))
            return true;
        if (one->lock >= other->lock)
            a = one->rest;
        if (other->lock >= one->lock)
            b = other->rest;
    }
    return false;
}

void gates_clear(struct gates *gates)
{
    items_clear(&gates->items);
    lookup_clear(&gates->lookup);
}
