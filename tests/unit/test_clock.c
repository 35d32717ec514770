/* SPDX-License-Identifier: MIT */
/* The clock that reads the processor's counter, held against the kernel's. */
#include "unit.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdbool.h>

/* Long enough for the rate to be corrected several times. */
enum { RUN_NS = 400000000, NEAR_NS = 2000000, THREADS = 3 };

static void before_its_start_it_is_the_kernels(void **state)
{
    int64_t before = clock_of_kernel(), now = clock_now(), after = clock_of_kernel();

    (void)state;
    assert_true(before <= now && now <= after);
}

/* How far a reading between two of the kernel's is outside of them. */
static int64_t error_of(int64_t before, int64_t now, int64_t after)
{
    return now < before ? before - now : now > after ? now - after : 0;
}

static void it_stays_close_to_the_kernels(void **state)
{
    int64_t end = clock_of_kernel() + RUN_NS, worst = 0, after;

    (void)state;
    clock_start();
    do {
        int64_t before = clock_of_kernel(), now = clock_now();

        after = clock_of_kernel();
        if (error_of(before, now, after) > worst)
            worst = error_of(before, now, after);
    } while (after < end);
    assert_true(worst < NEAR_NS);
}

static void it_never_runs_backwards_in_a_thread(void **state)
{
    int64_t last = clock_now(), end = last + RUN_NS;

    (void)state;
    while (last < end) {
        int64_t now = clock_now();

        if (now < last)
            fail_msg("it went back by %lld ns", (long long)(last - now));
        last = now;
    }
}

static int64_t latest;

static void raise_latest(int64_t now)
{
    int64_t before = __atomic_load_n(&latest, __ATOMIC_RELAXED);

    while (before < now && !__atomic_compare_exchange_n(&latest, &before, now, true,
                                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        continue;
}

/* Returns the longest step back behind what another thread had read before. */
static void *read_and_compare(void *argument)
{
    int64_t end = clock_of_kernel() + RUN_NS, worst = 0;

    (void)argument;
    while (clock_of_kernel() < end)
        for (unsigned i = 0; i < 100; i++) {
            int64_t seen = __atomic_load_n(&latest, __ATOMIC_SEQ_CST);

            clock_of_kernel(); /* the counter isn't read ahead of what is above */
            int64_t now = clock_now();

            if (seen - now > worst)
                worst = seen - now;
            raise_latest(now);
        }
    return (void *)(intptr_t)worst;
}

static void no_thread_reads_less_than_another_has_read(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_and_compare, NULL), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        void *worst;

        pthread_join(threads[i], &worst);
        assert_int_equal((intptr_t)worst, 0);
    }
}

static void it_may_be_started_again(void **state)
{
    int64_t before = clock_now();

    (void)state;
    clock_start();
    assert_true(clock_now() >= before);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("before its start it is the kernel's clock", before_its_start_it_is_the_kernels),
        CASE("it stays close to the kernel's clock", it_stays_close_to_the_kernels),
        CASE("it never runs backwards in a thread", it_never_runs_backwards_in_a_thread),
        CASE("no thread reads less than another one has read before",
             no_thread_reads_less_than_another_has_read),
        CASE("it may be started again", it_may_be_started_again),
    };

    return RUN_CASES(cases);
}
