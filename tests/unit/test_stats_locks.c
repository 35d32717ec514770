/* SPDX-License-Identifier: MIT */
/* Locks in the statistics: each thread counts for itself, and all is added up. */
#include "unit.h"

#include "base/memory.h"
#include "trace/stats_locks.h"

#include <pthread.h>
#include <stdbool.h>

enum { THREADS = 4, CLASSES = 20, EACH = 20000 };

static int forget(void **state)
{
    (void)state;
    memory_bound(0);
    stats_locks_forget();
    return 0;
}

#define CASE_FORGOTTEN(sentence, function)     \
    {                                          \
        sentence, function, NULL, forget, NULL \
    }

static const struct stats_lock *lock_with(uint32_t lock_class, unsigned kind)
{
    const struct stats_lock *lock;

    for (uint32_t number = 1; (lock = stats_lock_at(number)) != NULL; number++)
        if (lock->lock_class == lock_class && lock->kind == kind)
            return lock;
    return NULL;
}

static uint64_t acquired(uint32_t lock_class, unsigned kind)
{
    struct stats_count sum;

    stats_lock_sum(lock_with(lock_class, kind), &sum);
    return sum.acquired;
}

static void a_thread_has_one_count_by_class_and_kind(void **state)
{
    struct stats_tally *tally = stats_tally(1);
    struct stats_count *count = stats_count(tally, 3, 1);

    (void)state;
    assert_non_null(count);
    assert_ptr_equal(stats_count(tally, 3, 1), count);
    assert_ptr_equal(stats_count_known(tally, 3, 1), count);
    assert_ptr_not_equal(stats_count(tally, 3, 2), count);
    assert_ptr_not_equal(stats_count(tally, 4, 1), count);
    assert_null(stats_count_known(tally, 5, 1));
}

static void locks_of_no_class_are_kept_by_kind(void **state)
{
    struct stats_tally *tally = stats_tally(1);

    (void)state;
    assert_ptr_not_equal(stats_count(tally, 0, 0), stats_count(tally, 0, 1));
    assert_ptr_equal(stats_count_known(tally, 0, 0), stats_count(tally, 0, 0));
}

static void a_thread_finds_all_of_its_many_counts_again(void **state)
{
    struct stats_tally *tally = stats_tally(1);

    (void)state;
    for (unsigned turn = 0; turn < 3; turn++)
        for (uint32_t lock_class = 1; lock_class <= 1000; lock_class++)
            stats_count(tally, lock_class, 0)->acquired += lock_class;
    for (uint32_t lock_class = 1; lock_class <= 1000; lock_class++)
        assert_int_equal(stats_count_known(tally, lock_class, 0)->acquired, 3 * lock_class);
    assert_null(stats_lock_at(1001));
}

static void counts_of_all_threads_are_added_up(void **state)
{
    struct stats_count sum;

    (void)state;
    for (uint32_t thread = 1; thread <= 5; thread++) {
        struct stats_count *count = stats_count(stats_tally(thread), 7, 0);

        count->acquired = thread;
        spread_add(&count->waits, thread * 100);
        spread_add(&count->holds, thread * 1000);
    }
    assert_null(stats_lock_at(2));
    stats_lock_sum(stats_lock_at(1), &sum);
    assert_int_equal(sum.acquired, 15);
    assert_int_equal(sum.waits.count, 5);
    assert_int_equal(sum.waits.total, 1500);
    assert_int_equal(sum.waits.longest, 500);
    assert_int_equal(sum.holds.total, 15000);
}

static void many_short_threads_need_the_memory_of_one(void **state)
{
    size_t before = 0;

    (void)state;
    for (uint32_t thread = 1; thread <= 10000; thread++) {
        struct stats_tally *tally = stats_tally(thread);

        assert_int_equal(tally->thread, thread);
        stats_count(tally, 1, 0)->acquired++;
        stats_tally_end(tally);
        assert_int_not_equal(tally->thread, thread);
        if (thread == 1)
            before = memory_taken();
    }
    assert_int_equal(memory_taken(), before);
    assert_int_equal(acquired(1, 0), 10000);
}

static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static struct stats_count *made(struct stats_tally *tally, uint32_t lock_class)
{
    struct stats_count *count = stats_count_known(tally, lock_class, 0);

    if (count == NULL) {
        pthread_mutex_lock(&making);
        count = stats_count(tally, lock_class, 0);
        pthread_mutex_unlock(&making);
    }
    return count;
}

static void *count_many(void *argument)
{
    pthread_mutex_lock(&making);
    struct stats_tally *tally = stats_tally((uint32_t)(uintptr_t)argument);
    pthread_mutex_unlock(&making);

    for (uint32_t i = 0; i < EACH; i++) {
        struct stats_count *count = made(tally, 1 + i % CLASSES);

        __atomic_store_n(&count->acquired, count->acquired + 1, __ATOMIC_RELAXED);
        spread_add(&count->holds, i);
    }
    pthread_mutex_lock(&making);
    stats_tally_end(tally);
    pthread_mutex_unlock(&making);
    return NULL;
}

static uint64_t sum_of_all(void)
{
    const struct stats_lock *lock;
    uint64_t all = 0;

    for (uint32_t number = 1; (lock = stats_lock_at(number)) != NULL; number++) {
        struct stats_count sum;

        stats_lock_sum(lock, &sum);
        all += sum.acquired;
    }
    return all;
}

static void what_is_read_meanwhile_only_grows_and_nothing_is_lost(void **state)
{
    pthread_t threads[THREADS];
    uint64_t before = 0;

    (void)state;
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_many, (void *)(i + 1)), 0);
    for (unsigned look = 0; look < 200; look++) {
        uint64_t now = sum_of_all();

        assert_true(now >= before);
        before = now;
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(sum_of_all(), THREADS * EACH);
    assert_int_equal(acquired(1, 0), THREADS * EACH / CLASSES);
}

static void without_memory_nothing_is_counted(void **state)
{
    struct stats_tally *tally = stats_tally(1);
    uint32_t lock_class = 1;

    (void)state;
    memory_bound(memory_taken() + 1);
    while (lock_class < 1000000 && stats_count(tally, lock_class, 0) != NULL)
        lock_class++;
    assert_true(lock_class < 1000000);
    assert_null(stats_count(tally, lock_class, 0));
    assert_null(stats_count_known(tally, lock_class, 0));
}

static void a_forked_child_begins_with_nothing(void **state)
{
    (void)state;
    stats_count(stats_tally(1), 1, 0)->acquired = 5;
    stats_locks_forget();
    assert_null(stats_lock_at(1));
    stats_count(stats_tally(2), 1, 0)->acquired++;
    assert_int_equal(acquired(1, 0), 1);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_FORGOTTEN("a thread has one count by class and kind",
                       a_thread_has_one_count_by_class_and_kind),
        CASE_FORGOTTEN("locks of no class are kept by kind", locks_of_no_class_are_kept_by_kind),
        CASE_FORGOTTEN("a thread finds all of its many counts again",
                       a_thread_finds_all_of_its_many_counts_again),
        CASE_FORGOTTEN("counts of all threads are added up", counts_of_all_threads_are_added_up),
        CASE_FORGOTTEN("many short threads need the memory of one",
                       many_short_threads_need_the_memory_of_one),
        CASE_FORGOTTEN("what is read meanwhile only grows, and nothing is lost",
                       what_is_read_meanwhile_only_grows_and_nothing_is_lost),
        CASE_FORGOTTEN("without memory nothing is counted", without_memory_nothing_is_counted),
        CASE_FORGOTTEN("a forked child begins with nothing", a_forked_child_begins_with_nothing),
    };

    return RUN_CASES(cases);
}
