/* SPDX-License-Identifier: MIT */
/* How durations are spread. */
#include "unit.h"

#include "trace/spread.h"

#include <pthread.h>

enum { THREADS = 4, EACH = 100000 };

static void of_none_all_is_nothing(void **state)
{
    const struct spread none = {0};

    (void)state;
    assert_int_equal(spread_share(&none, 50), 0);
    assert_int_equal(spread_share(&none, 99), 0);
}

static void count_sum_and_longest_are_exact(void **state)
{
    struct spread spread = {0};

    (void)state;
    for (int64_t value = 1; value <= 1000; value++)
        spread_add(&spread, value * 1001 % 1000 * 1000);
    assert_int_equal(spread.count, 1000);
    assert_int_equal(spread.total, INT64_C(999) * 1000 / 2 * 1000);
    assert_int_equal(spread.longest, 999000);
}

static void shares_are_right_to_within_a_fifth(void **state)
{
    (void)state;
    for (int64_t value = 32; value < INT64_C(100000000000); value += value / 7 + 1) {
        struct spread spread = {0};

        for (unsigned i = 0; i < 99; i++)
            spread_add(&spread, value);
        spread_add(&spread, INT64_MAX / 2);
        int64_t told = spread_share(&spread, 50);
        if (told - value > told / 5 || value - told > told / 5)
            fail_msg("%lld is told for %lld", (long long)told, (long long)value);
        assert_int_equal(spread_share(&spread, 99), told);
    }
}

static void no_share_is_above_the_longest(void **state)
{
    struct spread spread = {0};

    (void)state;
    for (int64_t value = 1; value < INT64_C(1) << 40; value *= 2) {
        spread_add(&spread, value);
        for (unsigned percent = 0; percent <= 100; percent++)
            assert_in_range(spread_share(&spread, percent), 0, value);
    }
}

static void shares_grow(void **state)
{
    struct spread spread = {0};
    int64_t before = 0;

    (void)state;
    for (int64_t value = 1; value < 1000000; value += 97)
        spread_add(&spread, value);
    for (unsigned percent = 1; percent <= 100; percent++) {
        assert_true(spread_share(&spread, percent) >= before);
        before = spread_share(&spread, percent);
    }
}

/* A clock that is corrected, or a moment that was not noted. */
static void odd_durations_do_no_harm(void **state)
{
    struct spread spread = {0};

    (void)state;
    spread_add(&spread, 0);
    spread_add(&spread, -5);
    assert_int_equal(spread.count, 2);
    assert_int_equal(spread.longest, 0);
    assert_int_equal(spread_share(&spread, 50), 0);
    spread_add(&spread, INT64_MAX / 2);
    assert_int_equal(spread.longest, INT64_MAX / 2);
}

static struct spread shared;

static void *add_many(void *argument)
{
    for (int64_t i = 1; i <= EACH; i++)
        spread_add_shared(&shared, i * (intptr_t)argument);
    return NULL;
}

static void what_threads_add_at_once_is_all_counted(void **state)
{
    pthread_t threads[THREADS];
    uint64_t in_buckets = 0;

    (void)state;
    for (intptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, (void *)(i + 1)), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned bucket = 0; bucket < SPREAD_BUCKETS; bucket++)
        in_buckets += shared.buckets[bucket];
    assert_int_equal(shared.count, THREADS * EACH);
    assert_int_equal(in_buckets, THREADS * EACH);
    assert_int_equal(shared.longest, THREADS * EACH);
    assert_int_equal(shared.total, INT64_C(10) * EACH * (EACH + 1) / 2);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("of no durations all is nothing", of_none_all_is_nothing),
        CASE("count, sum and the longest are exact", count_sum_and_longest_are_exact),
        CASE("shares are right to within a fifth", shares_are_right_to_within_a_fifth),
        CASE("no share is above the longest", no_share_is_above_the_longest),
        CASE("a larger share is no shorter", shares_grow),
        CASE("odd durations do no harm", odd_durations_do_no_harm),
        CASE("what threads add at once is all counted", what_threads_add_at_once_is_all_counted),
    };

    return RUN_CASES(cases);
}
