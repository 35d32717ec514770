/* SPDX-License-Identifier: MIT */
/* The library's own lock, with real threads and processes. */

#include "unit.h"

#include "preload/guard.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 20000 };

static pid_t tid(void)
{
    return (pid_t)syscall(SYS_gettid);
}

/* ---- in a process of its own: what breaks the guard breaks it for good ---- */

static void in_child(void (*check)(void))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        guard_forked();
        alarm(20);
        check();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void must(bool is_so, int line)
{
    if (!is_so)
        _exit(line % 250 + 1);
}

#define MUST(expression) must(expression, __LINE__)

/* ---- one thread ---- */

static void whoever_has_it_is_busy(void **state)
{
    struct thread self = {.tid = tid()};
    struct guard guard;

    (void)state;
    assert_true(guard_enter(&self, &guard));
    assert_true(self.busy);
    guard_leave(&self, &guard);
    assert_false(self.busy);
    assert_true(guard_enter(&self, &guard));
    guard_leave(&self, &guard);
}

static void whoever_has_it_is_refused(void **state)
{
    struct thread self = {.tid = tid()};
    struct guard guard, again;

    (void)state;
    assert_true(guard_enter(&self, &guard));
    assert_false(guard_enter(&self, &again));
    guard_leave(&self, &guard);
}

static void a_thread_without_a_record_is_refused_too(void **state)
{
    struct guard guard, again;

    (void)state;
    alarm(20);
    assert_true(guard_enter(NULL, &guard));
    assert_false(guard_enter(NULL, &again));
    guard_leave(NULL, &guard);
    assert_true(guard_enter(NULL, &guard));
    guard_leave(NULL, &guard);
    alarm(0);
}

static void errno_is_kept(void **state)
{
    struct guard guard;

    (void)state;
    errno = EDOM;
    assert_true(guard_enter(NULL, &guard));
    errno = ERANGE;
    guard_leave(NULL, &guard);
    assert_int_equal(errno, EDOM);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals++;
}

static void a_signal_waits_until_it_is_left(void **state)
{
    struct guard guard;
    sigset_t before, after;

    (void)state;
    signals = 0;
    signal(SIGUSR1, count_signal);
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    assert_true(guard_enter(NULL, &guard));
    raise(SIGUSR1);
    assert_int_equal(signals, 0);
    guard_leave(NULL, &guard);
    while (signals == 0) /* sanitizers hand it on at the next wait */
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_int_equal(signals, 1);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int number = 1; number < 32; number++)
        assert_int_equal(sigismember(&after, number), sigismember(&before, number));
}

/* ---- threads ---- */

static unsigned inside, counted;

static void *enter_often(void *argument)
{
    bool has_record = argument != NULL;
    struct thread self = {.tid = tid()};
    uintptr_t wrong = 0;

    for (int round = 0; round < ROUNDS; round++) {
        struct guard guard;

        if (!guard_enter(has_record ? &self : NULL, &guard)) {
            wrong++;
            continue;
        }
        wrong += inside++ != 0;
        counted++;
        if (round % 1000 == 0)
            sched_yield(); /* with it: others come to sleep */
        inside--;
        guard_leave(has_record ? &self : NULL, &guard);
    }
    return (void *)wrong;
}

static void only_one_thread_at_a_time_has_it(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    inside = counted = 0;
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, enter_often, (void *)(i % 2)), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    assert_int_equal(counted, THREADS * ROUNDS);
}

/* A thread that holds it until it is told to leave, or ends without. */
struct holder {
    pthread_t handle;
    pthread_barrier_t has_it;
    bool leave, ends;
};

static void *hold(void *argument)
{
    struct holder *holder = argument;
    struct guard guard;

    if (!guard_enter(NULL, &guard))
        abort();
    pthread_barrier_wait(&holder->has_it);
    if (holder->ends)
        return NULL;
    while (!__atomic_load_n(&holder->leave, __ATOMIC_ACQUIRE))
        sched_yield();
    guard_leave(NULL, &guard);
    return NULL;
}

static void start(struct holder *holder)
{
    pthread_barrier_init(&holder->has_it, NULL, 2);
    if (pthread_create(&holder->handle, NULL, hold, holder) != 0)
        abort();
    pthread_barrier_wait(&holder->has_it);
}

static void *leave_in_a_while(void *argument)
{
    struct holder *holder = argument;

    nanosleep(&(struct timespec){.tv_nsec = 350000000}, NULL);
    __atomic_store_n(&holder->leave, true, __ATOMIC_RELEASE);
    return NULL;
}

/* Longer than it takes to ask whether the owner still lives. */
static void a_thread_that_waits_gets_it_however_long_it_takes(void **state)
{
    struct holder holder = {.leave = false};
    pthread_t other;
    struct guard guard;

    (void)state;
    start(&holder);
    assert_int_equal(pthread_create(&other, NULL, leave_in_a_while, &holder), 0);
    assert_true(guard_enter(NULL, &guard));
    assert_true(holder.leave);
    guard_leave(NULL, &guard);
    pthread_join(other, NULL);
    pthread_join(holder.handle, NULL);
}

/* ---- owners that vanish ---- */

static void nobody_waits_for_a_thread_that_is_gone(void)
{
    struct holder holder = {.ends = true};
    struct thread self = {.tid = tid()};
    struct guard guard;
    sigset_t mask;

    start(&holder);
    pthread_join(holder.handle, NULL);
    errno = EDOM;
    MUST(!guard_enter(&self, &guard));
    MUST(errno == EDOM && !self.busy);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    MUST(!sigismember(&mask, SIGUSR1));
    MUST(!guard_enter(&self, &guard));
    MUST(!guard_enter(NULL, &guard));
}

static void a_thread_that_vanished_in_it_switches_it_off(void **state)
{
    (void)state;
    in_child(nobody_waits_for_a_thread_that_is_gone);
}

/* ---- fork ---- */

static void the_child_has_it_free(void)
{
    struct thread self = {.tid = tid()};
    struct guard guard;

    MUST(guard_forked());
    MUST(guard_enter(&self, &guard));
    guard_leave(&self, &guard);
}

static void in_a_child_it_is_free_and_what_it_guards_whole(void **state)
{
    (void)state;
    in_child(the_child_has_it_free);
}

static void a_child_knows_that_another_thread_was_in_it(void **state)
{
    struct holder holder = {.leave = false};
    int status;
    pid_t child;

    (void)state;
    start(&holder);
    child = fork();
    if (child == 0) {
        struct guard guard;

        MUST(!guard_forked());
        MUST(guard_forked());
        MUST(guard_enter(NULL, &guard));
        guard_leave(NULL, &guard);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    __atomic_store_n(&holder.leave, true, __ATOMIC_RELEASE);
    pthread_join(holder.handle, NULL);
}

/* The thread that has it lives in the parent, and will never leave it in the child. */
static void a_child_that_nobody_told_of_does_not_wait(void **state)
{
    struct holder holder = {.leave = false};
    int status;
    pid_t child;

    (void)state;
    start(&holder);
    child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) {
        struct guard guard;

        prctl(PR_SET_PDEATHSIG, SIGKILL); /* inside of the guard it is deaf to other signals */
        MUST(!guard_enter(NULL, &guard));
        _exit(0);
    }
    alarm(60);
    assert_int_equal(waitpid(child, &status, 0), child);
    alarm(0);
    assert_int_equal(status, 0);
    __atomic_store_n(&holder.leave, true, __ATOMIC_RELEASE);
    pthread_join(holder.handle, NULL);
}

int main(void)
{
    guard_start();
    const struct CMUnitTest cases[] = {
        CASE("whoever has it is busy", whoever_has_it_is_busy),
        CASE("whoever has it is refused", whoever_has_it_is_refused),
        CASE("a thread without a record is refused too", a_thread_without_a_record_is_refused_too),
        CASE("errno is kept", errno_is_kept),
        CASE("a signal waits until it is left", a_signal_waits_until_it_is_left),
        CASE("only one thread at a time has it", only_one_thread_at_a_time_has_it),
        CASE("a thread that waits gets it however long it takes",
             a_thread_that_waits_gets_it_however_long_it_takes),
        CASE("a thread that vanished in it switches it off",
             a_thread_that_vanished_in_it_switches_it_off),
        CASE("in a child it is free and what it guards whole",
             in_a_child_it_is_free_and_what_it_guards_whole),
        CASE("a child knows that another thread was in it",
             a_child_knows_that_another_thread_was_in_it),
        CASE("a child that nobody told of does not wait for its parent's threads",
             a_child_that_nobody_told_of_does_not_wait),
    };

    return RUN_CASES(cases);
}
