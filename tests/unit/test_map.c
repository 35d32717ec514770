/* SPDX-License-Identifier: MIT */
/* The hash map, against an array that is as simple as can be. */
#include "unit.h"

#include "base/map.h"
#include "base/memory.h"

enum { KEYS = 3000, ROUNDS = 300000 };

static struct map map;
static uint64_t seed = 1;

/* xorshift64* */
static uint32_t a_number(uint32_t bound)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 33) % bound;
}

static int begin(void **state)
{
    (void)state;
    map = (struct map){0};
    return 0;
}

#define CASE_OF_NEW_MAP(sentence, function)    \
    {                                          \
        sentence, function, begin, NULL, NULL  \
    }

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    assert_int_equal(map_get(&map, 1), 0);
    map_remove(&map, 1);
    assert_int_equal(map.used, 0);
}

static void a_value_is_found_and_replaced(void **state)
{
    (void)state;
    assert_true(map_put(&map, 5, 50));
    assert_true(map_put(&map, UINT64_MAX, 60));
    assert_true(map_put(&map, 5, 51));
    assert_int_equal(map_get(&map, 5), 51);
    assert_int_equal(map_get(&map, UINT64_MAX), 60);
    assert_int_equal(map_get(&map, 6), 0);
    assert_int_equal(map.used, 2);
}

static void what_was_removed_is_gone_and_may_come_back(void **state)
{
    (void)state;
    map_put(&map, 5, 50);
    map_remove(&map, 5);
    map_remove(&map, 5);
    assert_int_equal(map_get(&map, 5), 0);
    assert_int_equal(map.used, 0);
    map_put(&map, 5, 51);
    assert_int_equal(map_get(&map, 5), 51);
}

/* Keys that are looked for from the same slot, some of them over the array's end. */
static void keys_that_collide_survive_each_others_removal(void **state)
{
    (void)state;
    for (uint64_t gone = 1; gone <= 120; gone++) {
        map = (struct map){0};
        for (uint64_t key = 1; key <= 120; key++)
            map_put(&map, key, key);
        map_remove(&map, gone);
        for (uint64_t key = 1; key <= 120; key++)
            assert_int_equal(map_get(&map, key), key == gone ? 0 : key);
    }
}

static void it_holds_what_a_plain_array_would(void **state)
{
    static uint64_t plain[KEYS + 1];
    size_t used = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t key = 1 + a_number(KEYS), value = a_number(4) < 2 ? 0 : 1 + a_number(1000);

        if (value == 0)
            map_remove(&map, key);
        else
            assert_true(map_put(&map, key, value));
        plain[key] = value;
        key = 1 + a_number(KEYS);
        if (map_get(&map, key) != plain[key])
            fail_msg("key %u in round %d", (unsigned)key, round);
    }
    for (uint64_t key = 1; key <= KEYS; key++) {
        assert_int_equal(map_get(&map, key), plain[key]);
        used += plain[key] != 0;
    }
    assert_int_equal(map.used, used);
}

static void keys_that_come_and_go_take_no_more_memory(void **state)
{
    size_t taken;

    (void)state;
    map_put(&map, 1, 1);
    taken = memory_taken();
    for (uint64_t key = 1; key < 100000; key++) {
        map_put(&map, key + 1, key);
        map_remove(&map, key);
    }
    assert_int_equal(memory_taken(), taken);
}

static void without_memory_it_keeps_what_it_has(void **state)
{
    uint64_t key = 1;

    (void)state;
    map_put(&map, key, key);
    memory_bound(memory_taken());
    while (map_put(&map, key + 1, key + 1))
        key++;
    memory_bound(0);
    assert_true(key >= 100);
    for (uint64_t kept = 1; kept <= key; kept++)
        assert_int_equal(map_get(&map, kept), kept);
    assert_int_equal(map_get(&map, key + 1), 0);
    assert_true(map_put(&map, key + 1, 1));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_OF_NEW_MAP("an empty map has nothing", an_empty_map_has_nothing),
        CASE_OF_NEW_MAP("a value is found and replaced", a_value_is_found_and_replaced),
        CASE_OF_NEW_MAP("what was removed is gone and may come back",
                        what_was_removed_is_gone_and_may_come_back),
        CASE_OF_NEW_MAP("keys that collide survive each other's removal",
                        keys_that_collide_survive_each_others_removal),
        CASE_OF_NEW_MAP("it holds what a plain array would", it_holds_what_a_plain_array_would),
        CASE_OF_NEW_MAP("keys that come and go take no more memory",
                        keys_that_come_and_go_take_no_more_memory),
        CASE_OF_NEW_MAP("without memory it keeps what it has",
                        without_memory_it_keeps_what_it_has),
    };

    return RUN_CASES(cases);
}
