/* SPDX-License-Identifier: MIT */
/* Tables that grow without moving what is in them. */
#include "unit.h"

#include "base/memory.h"
#include "base/table.h"

#include <pthread.h>
#include <stdbool.h>

enum { MANY = 200000, READERS = 3 };

static struct table table = TABLE_OF(uint64_t);

static uint64_t *at(uint32_t number)
{
    return table_at(&table, number);
}

static int clear(void **state)
{
    (void)state;
    memory_bound(0);
    table_clear(&table);
    return memory_taken() != 0;
}

#define CASE_CLEARED(sentence, function)       \
    {                                          \
        sentence, function, NULL, clear, NULL  \
    }

static void numbers_count_up_from_one(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= 1000; i++)
        assert_int_equal(table_add(&table), i);
    assert_int_equal(table.count, 1001);
}

static void an_item_is_zeroed_and_keeps_what_is_written(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= MANY; i++) {
        uint32_t number = table_add(&table);

        if (*at(number) != 0)
            fail_msg("item %u is not zeroed", number);
        *at(number) = i * 3;
    }
    for (uint64_t i = 1; i <= MANY; i++)
        if (*at((uint32_t)i) != i * 3)
            fail_msg("item %u was lost", (unsigned)i);
}

static void items_never_move(void **state)
{
    uint64_t *first;

    (void)state;
    table_add(&table);
    first = at(1);
    for (uint32_t i = 1; i < MANY; i++)
        table_add(&table);
    assert_ptr_equal(at(1), first);
    assert_ptr_equal(at(63), first + 62);
}

/* The sizes of chunks are where an item could overlap the next one. */
static void items_are_apart(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < 5000; i++)
        *at(table_add(&table)) = i;
    for (uint32_t i = 1; i < 5000; i++)
        assert_int_equal(*at(i), i);
}

static void without_memory_nothing_is_added_and_nothing_lost(void **state)
{
    uint32_t last = 0, number;

    (void)state;
    memory_bound(20000);
    while ((number = table_add(&table)) != 0)
        *at(last = number) = number;
    assert_true(last >= 1000);
    assert_int_equal(table.count, last + 1);
    assert_int_equal(table_add(&table), 0);
    for (uint32_t i = 1; i <= last; i++)
        assert_int_equal(*at(i), i);
    memory_bound(0);
    assert_int_equal(table_add(&table), last + 1);
}

static void a_cleared_table_is_as_new(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        *at(table_add(&table)) = 7;
    table_clear(&table);
    assert_int_equal(memory_taken(), 0);
    assert_int_equal(table_add(&table), 1);
    assert_int_equal(*at(1), 0);
}

static bool is_over;

/* Returns how many items were not as they were written. */
static void *read_items(void *argument)
{
    uintptr_t wrong = 0;

    (void)argument;
    while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE)) {
        uint32_t count = __atomic_load_n(&table.count, __ATOMIC_ACQUIRE);

        for (uint32_t number = 1; number < count; number += 1 + count / 100)
            wrong += __atomic_load_n(at(number), __ATOMIC_RELAXED) > number;
    }
    return (void *)wrong;
}

static void a_thread_reads_while_another_adds(void **state)
{
    pthread_t threads[READERS];

    (void)state;
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_items, NULL), 0);
    for (uint32_t i = 1; i < MANY; i++)
        __atomic_store_n(at(table_add(&table)), i, __ATOMIC_RELAXED);
    __atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
    for (int i = 0; i < READERS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_CLEARED("numbers count up from one", numbers_count_up_from_one),
        CASE_CLEARED("an item is zeroed and keeps what is written",
                     an_item_is_zeroed_and_keeps_what_is_written),
        CASE_CLEARED("items never move", items_never_move),
        CASE_CLEARED("items are apart", items_are_apart),
        CASE_CLEARED("without memory nothing is added and nothing lost",
                     without_memory_nothing_is_added_and_nothing_lost),
        CASE_CLEARED("a cleared table is as new", a_cleared_table_is_as_new),
        CASE_CLEARED("a thread reads while another adds", a_thread_reads_while_another_adds),
    };

    return RUN_CASES(cases);
}
