/* SPDX-License-Identifier: MIT */
/* How much of the process is in memory, as the kernel tells it. */
#include "unit.h"

#include "base/clock.h"
#include "base/resident.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What one who asks at once is told is no older than a moment. */
enum { KIB = 1024, MIB = 1024 * KIB, MOMENT_NS = 1000000, THREADS = 4 };

static uint32_t ask_later(void)
{
    int64_t end = clock_of_kernel() + MOMENT_NS;

    while (clock_of_kernel() < end)
        continue;
    return resident_memory();
}

static void *take(size_t bytes)
{
    void *taken = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(taken, MAP_FAILED);
    memset(taken, 1, bytes);
    return taken;
}

static void it_grows_and_shrinks_with_what_is_touched(void **state)
{
    uint32_t before = ask_later(), most, after;
    void *taken = take(20 * MIB);

    (void)state;
    most = ask_later();
    munmap(taken, 20 * MIB);
    after = ask_later();
    assert_in_range(most - before, 18 * KIB, 22 * KIB);
    assert_in_range(most - after, 18 * KIB, 22 * KIB);
}

static void it_keeps_errno(void **state)
{
    (void)state;
    errno = 77;
    ask_later();
    assert_int_equal(errno, 77);
}

static void without_a_descriptor_it_is_unknown_for_the_time_being(void **state)
{
    struct rlimit limit, none;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){0, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    errno = 77;
    assert_int_equal(ask_later(), 0);
    assert_int_equal(errno, 77);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(ask_later() > 0);
}

static bool is_right_in_child(uint32_t before)
{
    resident_forked();
    return resident_memory() < before - 10 * KIB;
}

/* The memory that it doesn't get is gone at once. */
static void the_child_of_a_fork_has_its_own(void **state)
{
    void *taken = take(20 * MIB);
    int status;

    (void)state;
    madvise(taken, 20 * MIB, MADV_DONTFORK);
    uint32_t before = ask_later();
    pid_t child = fork();
    if (child == 0)
        _exit(!is_right_in_child(before));
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    munmap(taken, 20 * MIB);
}

static void *ask_often(void *wrong)
{
    for (int i = 0; i < 100000; i++)
        if (resident_memory() < 100)
            *(bool *)wrong = true;
    return NULL;
}

static void threads_may_ask_at_once(void **state)
{
    pthread_t threads[THREADS];
    bool wrong[THREADS] = {false};

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &wrong[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_false(wrong[i]);
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("without a descriptor it is unknown for the time being",
             without_a_descriptor_it_is_unknown_for_the_time_being),
        CASE("it grows and shrinks with what is touched",
             it_grows_and_shrinks_with_what_is_touched),
        CASE("it keeps errno", it_keeps_errno),
        CASE("the child of a fork has its own", the_child_of_a_fork_has_its_own),
        CASE("threads may ask at once", threads_may_ask_at_once),
    };

    return RUN_CASES(cases);
}
