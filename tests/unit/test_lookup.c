/* SPDX-License-Identifier: MIT */
/* The hash index of the lock-order graph. */
#include "unit.h"

#include "graph_world.h"

#include "base/memory.h"
#include "locks/lookup.h"

#include <string.h>

static struct lookup lookup;

static int begin(void **state)
{
    (void)state;
    lookup = (struct lookup){.shared = true};
    world_seed(1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    memory_bound(0);
    lookup_clear(&lookup);
    return memory_taken() != 0;
}

static bool has(uint32_t hash, uint32_t number)
{
    struct lookup_walk walk;
    uint32_t found = lookup_first(&lookup, hash, &walk);

    while (found != 0 && found != number)
        found = lookup_next(&walk);
    return found == number;
}

static void numbers_of_one_hash_are_all_met(void **state)
{
    (void)state;
    for (uint32_t number = 1; number <= 100; number++)
        assert_true(lookup_add(&lookup, 5, number));
    for (uint32_t number = 1; number <= 100; number++)
        assert_true(has(5, number));
    assert_false(has(5, 101));
    assert_false(has(6, 1));
}

/* Hashes that collide, and wrap round the end of the slots. */
static uint32_t hash_of(uint32_t number)
{
    return number % 7 == 0 ? UINT32_MAX : number % 2 == 0 ? number / 16 : number * 2654435761u;
}

static void it_has_what_was_added_and_not_removed(void **state)
{
    enum { NUMBERS = 500 };
    bool added[NUMBERS + 1] = {false};

    (void)state;
    for (int step = 0; step < 20000; step++) {
        uint32_t number = 1 + world_random(NUMBERS);

        if (added[number])
            lookup_remove(&lookup, hash_of(number), number);
        else
            assert_true(lookup_add(&lookup, hash_of(number), number));
        added[number] = !added[number];
        for (uint32_t other = 1; step % 100 == 0 && other <= NUMBERS; other++)
            assert_int_equal(has(hash_of(other), other), added[other]);
    }
}

static void a_walk_that_missed_a_number_sees_that_something_moved(void **state)
{
    struct lookup_walk walk;
    uint32_t moves;

    (void)state;
    for (uint32_t number = 1; number <= 3; number++)
        lookup_add(&lookup, 5, number);
    moves = lookup_moves(&lookup);
    assert_int_equal(lookup_first(&lookup, 5, &walk), 1);
    assert_int_equal(lookup_next(&walk), 2);
    lookup_remove(&lookup, 5, 1);
    assert_int_equal(lookup_next(&walk), 0);
    assert_int_not_equal(lookup_moves(&lookup), moves);
    assert_true(has(5, 3));
}

static void a_walk_goes_on_in_what_was_grown_out_of(void **state)
{
    struct lookup_walk walk;

    (void)state;
    lookup_add(&lookup, 5, 1);
    lookup_add(&lookup, 5, 2);
    assert_int_equal(lookup_first(&lookup, 5, &walk), 1);
    for (uint32_t number = 3; number < 5000; number++)
        lookup_add(&lookup, number, number);
    assert_int_equal(lookup_next(&walk), 2);
}

static void without_memory_nothing_changes(void **state)
{
    uint32_t number = 1;

    (void)state;
    assert_true(lookup_add(&lookup, 1, number));
    memory_bound(1);
    while (lookup_add(&lookup, number + 1, number + 1))
        number++;
    for (; number > 0; number--)
        assert_true(has(number, number));
}

#define CASE_OF_LOOKUP(sentence, function)   \
    {                                        \
        sentence, function, begin, end, NULL \
    }

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_OF_LOOKUP("numbers of one hash are all met", numbers_of_one_hash_are_all_met),
        CASE_OF_LOOKUP("it has what was added and not removed",
                       it_has_what_was_added_and_not_removed),
        CASE_OF_LOOKUP("a walk that missed a number sees that something moved",
                       a_walk_that_missed_a_number_sees_that_something_moved),
        CASE_OF_LOOKUP("a walk goes on in what was grown out of",
                       a_walk_goes_on_in_what_was_grown_out_of),
        CASE_OF_LOOKUP("without memory nothing changes", without_memory_nothing_changes),
    };

    return RUN_CASES(cases);
}
