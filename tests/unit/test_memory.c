/* SPDX-License-Identifier: MIT */
/* Memory from the kernel: counted, bounded, given back. */
#include "unit.h"

#include "base/memory.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, THREADS = 4, ROUNDS = 2000 };

static int unbounded(void **state)
{
    (void)state;
    memory_bound(0);
    return memory_taken() != 0;
}

#define CASE_UNBOUNDED(sentence, function)             \
    {                                                  \
        sentence, function, unbounded, unbounded, NULL \
    }

static void what_is_taken_is_zeroed_and_aligned_to_a_page(void **state)
{
    static const char zeroes[3 * PAGE];
    char *start = memory_take(sizeof zeroes);

    (void)state;
    assert_non_null(start);
    assert_int_equal((uintptr_t)start % PAGE, 0);
    assert_memory_equal(start, zeroes, sizeof zeroes);
    memset(start, 'x', sizeof zeroes);
    memory_give(start, sizeof zeroes);
}

static void what_is_out_is_counted(void **state)
{
    void *one = memory_take(100), *other = memory_take(5000);

    (void)state;
    assert_int_equal(memory_taken(), 5100);
    memory_give(one, 100);
    assert_int_equal(memory_taken(), 5000);
    memory_give(other, 5000);
    assert_int_equal(memory_taken(), 0);
}

static void what_was_given_back_is_no_longer_mapped(void **state)
{
    void *start = memory_take(PAGE);

    (void)state;
    assert_int_equal(msync(start, PAGE, MS_ASYNC), 0);
    memory_give(start, PAGE);
    assert_int_equal(msync(start, PAGE, MS_ASYNC), -1);
}

static void what_is_given_back_while_it_is_kept_can_be_read_on(void **state)
{
    char *start = memory_take(1);

    (void)state;
    start[0] = 7;
    memory_keep(true);
    memory_give(start, 1);
    memory_keep(false);
    assert_int_equal(start[0], 7);
    memory_give(start, 1);
}

static void no_more_than_the_bound_is_out_at_a_time(void **state)
{
    size_t refused = memory_refused();
    void *first, *second;

    (void)state;
    memory_bound(10000);
    first = memory_take(6000);
    assert_non_null(first);
    assert_null(memory_take(4001));
    assert_int_equal(memory_refused(), refused + 1);
    second = memory_take(4000);
    assert_non_null(second);
    memory_give(first, 6000);
    first = memory_take(6000);
    assert_non_null(first);
    memory_give(first, 6000);
    memory_give(second, 4000);
}

static void what_was_refused_is_not_counted_as_out(void **state)
{
    (void)state;
    memory_bound(1000);
    assert_null(memory_take(2000));
    assert_null(memory_take(SIZE_MAX / 2));
    assert_int_equal(memory_taken(), 0);
}

static void what_the_kernel_refuses_is_none(void **state)
{
    size_t refused = memory_refused();

    (void)state;
    assert_null(memory_take(SIZE_MAX / 2));
    assert_int_equal(memory_refused(), refused + 1);
    assert_int_equal(memory_taken(), 0);
}

static void errno_is_kept(void **state)
{
    void *start;

    (void)state;
    errno = EDOM;
    assert_null(memory_take(SIZE_MAX / 2));
    assert_int_equal(errno, EDOM);
    start = memory_take(PAGE);
    assert_int_equal(errno, EDOM);
    memory_give(start, PAGE);
    assert_int_equal(errno, EDOM);
}

static void nothing_can_be_given_back(void **state)
{
    (void)state;
    memory_give(NULL, PAGE);
    assert_int_equal(memory_taken(), 0);
}

/* Returns NULL, or its argument when something went wrong. */
static void *take_and_give(void *argument)
{
    for (int round = 0; round < ROUNDS; round++) {
        char *start = memory_take(PAGE);

        if (start == NULL || start[0] != 0 || memory_taken() < PAGE)
            return argument;
        start[0] = 1;
        memory_give(start, PAGE);
    }
    return NULL;
}

static void threads_take_and_give_at_the_same_time(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, threads), 0);
    for (int i = 0; i < THREADS; i++) {
        void *error;

        pthread_join(threads[i], &error);
        assert_null(error);
    }
    assert_int_equal(memory_taken(), 0);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_UNBOUNDED("what is taken is zeroed and aligned to a page",
                       what_is_taken_is_zeroed_and_aligned_to_a_page),
        CASE_UNBOUNDED("what is out is counted", what_is_out_is_counted),
        CASE_UNBOUNDED("what was given back is no longer mapped",
                       what_was_given_back_is_no_longer_mapped),
        CASE_UNBOUNDED("what is given back while it is kept can be read on",
                       what_is_given_back_while_it_is_kept_can_be_read_on),
        CASE_UNBOUNDED("no more than the bound is out at a time",
                       no_more_than_the_bound_is_out_at_a_time),
        CASE_UNBOUNDED("what was refused is not counted as out",
                       what_was_refused_is_not_counted_as_out),
        CASE_UNBOUNDED("what the kernel refuses is none", what_the_kernel_refuses_is_none),
        CASE_UNBOUNDED("errno is kept", errno_is_kept),
        CASE_UNBOUNDED("nothing can be given back", nothing_can_be_given_back),
        CASE_UNBOUNDED("threads take and give at the same time",
                       threads_take_and_give_at_the_same_time),
    };

    return RUN_CASES(cases);
}
