/* SPDX-License-Identifier: MIT */
/* The table of known chains.  It is one a process; each case opens a new one. */
#include "unit.h"

#include "base/hash.h"
#include "base/memory.h"
#include "locks/chains.h"

#include <pthread.h>

enum { THREADS = 4, MANY = 200000 };

static uint64_t chain(uint64_t number)
{
    return hash_mix(number, 99);
}

static int open(void **state)
{
    (void)state;
    memory_bound(0);
    return !chains_open();
}

#define CASE_OPENED(sentence, function)       \
    {                                         \
        sentence, function, open, NULL, NULL  \
    }

static void before_it_is_opened_nothing_is_known(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 1000; number++)
        assert_false(chains_know(chain(number), 1));
}

static void a_chain_is_known_for_the_thread_that_it_was_added_for(void **state)
{
    (void)state;
    assert_false(chains_know(chain(1), 5));
    chains_add(chain(1), 5);
    assert_true(chains_know(chain(1), 5));
    assert_false(chains_know(chain(1), 6));
    assert_false(chains_know(chain(2), 5));
}

static void a_chain_for_all_is_known_for_each_thread(void **state)
{
    (void)state;
    chains_add(chain(1), 5);
    chains_add(chain(1), CHAIN_FOR_ALL);
    for (uint16_t tag = 0; tag < CHAIN_FOR_ALL; tag++)
        assert_true(chains_know(chain(1), tag));
}

static void no_thread_has_the_tag_of_all(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < 200000; number++)
        assert_int_not_equal(chain_tag(number), CHAIN_FOR_ALL);
    assert_int_not_equal(chain_tag(1), chain_tag(2));
}

/* Two chains share a slot without either being lost; a third one costs one of them. */
/* Chains that all belong into one slot. */
static uint64_t neighbour(uint64_t number)
{
    return number << 48 | 8;
}

static unsigned neighbours_known(uint64_t count, uint16_t tag)
{
    unsigned known = 0;

    for (uint64_t number = 1; number <= count; number++)
        known += chains_know(neighbour(number), tag);
    return known;
}

static void a_slot_has_room_for_some_chains(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= CHAIN_WAYS; number++)
        chains_add(neighbour(number), 5);
    assert_int_equal(neighbours_known(CHAIN_WAYS, 5), CHAIN_WAYS);
    chains_add(neighbour(CHAIN_WAYS + 1), 5);
    assert_true(chains_know(neighbour(CHAIN_WAYS + 1), 5));
    assert_int_equal(neighbours_known(CHAIN_WAYS + 1, 5), CHAIN_WAYS);
}

static void a_chain_is_known_for_several_threads_beside_each_other(void **state)
{
    (void)state;
    for (uint16_t tag = 1; tag <= CHAIN_WAYS; tag++)
        chains_add(neighbour(1), tag);
    for (uint16_t tag = 1; tag <= CHAIN_WAYS; tag++)
        assert_true(chains_know(neighbour(1), tag));
}

static void a_chain_for_all_takes_the_place_of_one_for_a_thread(void **state)
{
    (void)state;
    for (uint64_t number = 1; number <= CHAIN_WAYS; number++)
        chains_add(neighbour(number), 5);
    chains_add(neighbour(2), CHAIN_FOR_ALL);
    assert_int_equal(neighbours_known(CHAIN_WAYS, 5), CHAIN_WAYS);
    assert_true(chains_know(neighbour(2), 6));
}

static void what_is_forgotten_is_not_known(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 1000; number++)
        chains_add(chain(number), CHAIN_FOR_ALL);
    chains_forget();
    for (uint64_t number = 0; number < 1000; number++)
        assert_false(chains_know(chain(number), 5));
}

static unsigned count_known(uint64_t end, uint16_t tag)
{
    unsigned count = 0;

    for (uint64_t number = 0; number < end; number++)
        count += chains_know(chain(number), tag);
    return count;
}

static void a_thousand_chains_are_nearly_all_known(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 1000; number++)
        chains_add(chain(number), 5);
    assert_in_range(count_known(1000, 5), 950, 1000);
    assert_int_equal(count_known(1000, 6), 0);
}

/* Growing forgets; what is seen again is added again, as the checker does. */
static void a_program_with_many_chains_has_them_known_in_the_end(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 12; round++)
        for (uint64_t number = 0; number < MANY; number++)
            if (!chains_know(chain(number), 5))
                chains_add(chain(number), 5);
    assert_in_range(count_known(MANY, 5), MANY - MANY / 20, MANY);
}

static void its_memory_is_bounded(void **state)
{
    (void)state;
    for (uint64_t number = 0; number < 10000000; number++)
        chains_add(chain(number), 5);
    assert_in_range(memory_taken(), 0, (size_t)100 << 20);
    chains_add(chain(1), 5);
    assert_true(chains_know(chain(1), 5));
}

static void without_memory_it_begins_anew_in_what_it_has(void **state)
{
    (void)state;
    memory_bound(1);
    for (uint64_t number = 0; number < 100000; number++) {
        chains_add(chain(number), 5);
        assert_true(chains_know(chain(number), 5));
    }
    assert_false(chains_open());
    memory_bound(0);
}

/* ---- threads ---- */

static bool is_over;

/* Returns how often a chain was known that was never added. */
static void *ask(void *argument)
{
    uintptr_t wrong = 0;

    (void)argument;
    while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE))
        for (uint64_t number = MANY; number < MANY + 1000; number++)
            wrong += chains_know(chain(number), 5) || chains_know(chain(number - MANY), 6);
    return (void *)wrong;
}

static void a_chain_that_was_not_added_is_never_known_whatever_happens_meanwhile(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    is_over = false;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
    for (uint64_t number = 0; number < MANY; number++)
        chains_add(chain(number), 5);
    chains_forget();
    __atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("before it is opened nothing is known", before_it_is_opened_nothing_is_known),
        CASE_OPENED("a chain is known for the thread that it was added for",
                    a_chain_is_known_for_the_thread_that_it_was_added_for),
        CASE_OPENED("a chain for all is known for each thread",
                    a_chain_for_all_is_known_for_each_thread),
        CASE_OPENED("no thread has the tag of all", no_thread_has_the_tag_of_all),
        CASE_OPENED("a slot has room for some chains", a_slot_has_room_for_some_chains),
        CASE_OPENED("a chain is known for several threads beside each other",
                    a_chain_is_known_for_several_threads_beside_each_other),
        CASE_OPENED("a chain for all takes the place of one for a thread",
                    a_chain_for_all_takes_the_place_of_one_for_a_thread),
        CASE_OPENED("what is forgotten is not known", what_is_forgotten_is_not_known),
        CASE_OPENED("a thousand chains are nearly all known",
                    a_thousand_chains_are_nearly_all_known),
        CASE_OPENED("a program with many chains has them known in the end",
                    a_program_with_many_chains_has_them_known_in_the_end),
        CASE_OPENED("its memory is bounded", its_memory_is_bounded),
        CASE_OPENED("without memory it begins anew in what it has",
                    without_memory_it_begins_anew_in_what_it_has),
        CASE_OPENED("a chain that was not added is never known, whatever happens meanwhile",
                    a_chain_that_was_not_added_is_never_known_whatever_happens_meanwhile),
    };

    return RUN_CASES(cases);
}
