/* SPDX-License-Identifier: MIT */
/* Sets of held locks, against loops over arrays. */
#include "unit.h"

#include "graph_world.h"

#include "base/memory.h"
#include "locks/gates.h"

#include <string.h>

enum { LOCKS = 6, SETS = 2000 };

/* A set by the array: which mode each lock is held in, and how strongly that excludes. */
struct plain {
    uint8_t strength[LOCKS]; /* 0: not held, 1: for reading, 2: for writing */
};

static struct gates gates;

static int begin(void **state)
{
    (void)state;
    gates_init(&gates);
    world_seed(1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    memory_bound(0);
    gates_clear(&gates);
    return memory_taken() != 0;
}

static struct plain random_plain(void)
{
    struct plain plain;

    for (int lock = 0; lock < LOCKS; lock++)
        plain.strength[lock] = (uint8_t)(world_random(2) == 0 ? 0 : 1 + world_random(2));
    return plain;
}

/* From the greatest lock to the least, and some twice. */
static uint32_t sorted_from(const struct plain *plain, struct graph_gate *gate)
{
    uint32_t count = 0;

    for (lock_id lock = LOCKS; lock > 0; lock--) {
        unsigned strength = plain->strength[lock - 1];

        if (strength > 0 && world_random(4) == 0)
            gate[count++] = (struct graph_gate){lock, LOCK_READ};
        if (strength > 0)
            gate[count++] = (struct graph_gate){lock, strength == 2 ? LOCK_WRITE : LOCK_READ};
    }
    return gates_sort(gate, count);
}

static bool plain_contains(const struct plain *set, const struct plain *part)
{
    for (int lock = 0; lock < LOCKS; lock++)
        if (part->strength[lock] > set->strength[lock])
            return false;
    return true;
}

static bool plain_excludes(const struct plain *a, const struct plain *b)
{
    for (int lock = 0; lock < LOCKS; lock++)
        if (a->strength[lock] > 0 && b->strength[lock] > 0 &&
            a->strength[lock] + b->strength[lock] > 2)
            return true;
    return false;
}

static void compare(const struct plain *a, const struct plain *b)
{
    struct graph_gate one[2 * LOCKS], other[2 * LOCKS];
    uint32_t one_count = sorted_from(a, one), other_count = sorted_from(b, other), x, y;

    assert_true(gates_take(&gates, one, one_count, &x));
    assert_true(gates_take(&gates, other, other_count, &y));
    assert_int_equal(x == y, memcmp(a, b, sizeof *a) == 0);
    assert_int_equal(gates_contain(&gates, x, y), plain_contains(a, b));
    assert_int_equal(gates_within(&gates, y, one, one_count), plain_contains(a, b));
    assert_int_equal(gates_exclude(&gates, x, y), plain_excludes(a, b));
    gates_give(&gates, x);
    gates_give(&gates, y);
}

static void sets_relate_as_their_locks_say(void **state)
{
    struct plain all[2];

    (void)state;
    for (int i = 0; i < SETS * 10; i++) {
        all[i % 2] = random_plain();
        compare(&all[0], &all[i > 0]);
    }
}

static void a_set_is_kept_once_and_goes_with_its_last_user(void **state)
{
    const struct graph_gate one[] = {{1, LOCK_WRITE}, {2, LOCK_READ}, {3, LOCK_WRITE}};
    uint32_t first, second;

    (void)state;
    assert_true(gates_take(&gates, one, 3, &first));
    assert_true(gates_take(&gates, one, 3, &second));
    assert_int_equal(first, second);
    assert_int_equal(gates.lookup.count, 3);
    gates_give(&gates, first);
    assert_int_equal(gates.lookup.count, 3);
    gates_give(&gates, second);
    assert_int_equal(gates.lookup.count, 0);
}

static void without_memory_no_part_of_a_set_stays(void **state)
{
    struct graph_gate gate[300];
    uint32_t set;

    (void)state;
    for (uint32_t i = 0; i < 300; i++)
        gate[i] = (struct graph_gate){.lock = i + 1};
    assert_true(gates_take(&gates, gate, 1, &set));
    memory_bound(1);
    assert_false(gates_take(&gates, gate, 300, &set));
    assert_int_equal(gates.lookup.count, 1);
}

#define CASE_OF_GATES(sentence, function)    \
    {                                        \
        sentence, function, begin, end, NULL \
    }

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_OF_GATES("sets relate as their locks say", sets_relate_as_their_locks_say),
        CASE_OF_GATES("a set is kept once and goes with its last user",
                      a_set_is_kept_once_and_goes_with_its_last_user),
        CASE_OF_GATES("without memory no part of a set stays",
                      without_memory_no_part_of_a_set_stays),
    };

    return RUN_CASES(cases);
}
