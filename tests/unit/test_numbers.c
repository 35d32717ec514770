/* SPDX-License-Identifier: MIT */
/* Numbers by key, which threads look up while one adds. */
#include "unit.h"

#include "base/memory.h"
#include "trace/numbers.h"

#include <pthread.h>

/* A sanitizer sees at once what otherwise takes many turns. */
#if defined(__SANITIZE_THREAD__)
enum { MANY = 20000, READERS = 3, TURNS = 2 };
#else
enum { MANY = 100000, READERS = 3, TURNS = 10 };
#endif

static struct numbers numbers;

static int clear(void **state)
{
    (void)state;
    memory_bound(0);
    numbers_clear(&numbers);
    return memory_taken() != 0;
}

#define CASE_CLEARED(sentence, function)      \
    {                                         \
        sentence, function, NULL, clear, NULL \
    }

/* So that a key tells its number. */
static uint32_t number_of(uint64_t key)
{
    return (uint32_t)key * 7 + 1;
}

static void add_up_to(uint64_t last)
{
    for (uint64_t key = 1; key <= last; key++)
        assert_true(numbers_add(&numbers, key, number_of(key)));
}

static void what_was_not_added_has_no_number(void **state)
{
    (void)state;
    assert_int_equal(numbers_get(&numbers, 1), 0);
    add_up_to(10);
    assert_int_equal(numbers_get(&numbers, 11), 0);
}

static void each_key_keeps_its_number(void **state)
{
    (void)state;
    add_up_to(MANY);
    for (uint64_t key = 1; key <= MANY; key++)
        if (numbers_get(&numbers, key) != number_of(key))
            fail_msg("key %u has another number", (unsigned)key);
    assert_int_equal(numbers_get(&numbers, MANY + 1), 0);
}

static void without_memory_nothing_is_added_and_nothing_lost(void **state)
{
    uint64_t key = 1;

    (void)state;
    add_up_to(1);
    memory_bound(memory_taken());
    while (numbers_add(&numbers, key + 1, number_of(key + 1)))
        key++;
    assert_true(key < MANY);
    assert_int_equal(numbers_get(&numbers, key), number_of(key));
    assert_int_equal(numbers_get(&numbers, key + 1), 0);
}

static void all_is_forgotten(void **state)
{
    (void)state;
    add_up_to(MANY);
    numbers_clear(&numbers);
    assert_int_equal(numbers_get(&numbers, 1), 0);
    add_up_to(1);
    assert_int_equal(numbers_get(&numbers, 1), number_of(1));
}

static uint64_t added; /* keys up to this one */

/* Keys that are there, and some that are not yet.  Returns how many had a wrong number. */
static void *look_up(void *argument)
{
    uintptr_t wrong = 0;
    uint64_t last = 0;

    (void)argument;
    for (uint64_t turn = 0; last < MANY; turn++) {
        last = __atomic_load_n(&added, __ATOMIC_ACQUIRE);
        for (uint64_t key = turn % 512 + 1; key <= MANY; key += 512) {
            uint32_t number = numbers_get(&numbers, key);

            wrong += number != number_of(key) && (number != 0 || key <= last);
        }
    }
    return (void *)wrong;
}

static void add_while_others_look(void)
{
    pthread_t threads[READERS];

    __atomic_store_n(&added, 0, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_up, NULL), 0);
    for (uint64_t key = 1; key <= MANY; key++) {
        numbers_add(&numbers, key, number_of(key));
        __atomic_store_n(&added, key, __ATOMIC_RELEASE);
    }
    for (unsigned i = 0; i < READERS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

static void a_key_can_have_another_number(void **state)
{
    (void)state;
    for (uint64_t key = 1; key <= MANY; key++)
        assert_true(numbers_set(&numbers, key, 1));
    for (uint64_t key = 1; key <= MANY; key++)
        assert_true(numbers_set(&numbers, key, number_of(key)));
    for (uint64_t key = 1; key <= MANY; key++)
        assert_int_equal(numbers_get(&numbers, key), number_of(key));
    assert_int_equal(numbers.used, MANY);
}

static void readers_see_the_right_number_or_none(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        add_while_others_look();
        numbers_clear(&numbers);
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_CLEARED("what was not added has no number", what_was_not_added_has_no_number),
        CASE_CLEARED("each key keeps its number, however many there are",
                     each_key_keeps_its_number),
        CASE_CLEARED("a key can have another number", a_key_can_have_another_number),
        CASE_CLEARED("without memory nothing is added and nothing lost",
                     without_memory_nothing_is_added_and_nothing_lost),
        CASE_CLEARED("all is forgotten, and the memory given back", all_is_forgotten),
        CASE_CLEARED("while one thread adds, others see the right number or none",
                     readers_see_the_right_number_or_none),
    };

    return RUN_CASES(cases);
}
