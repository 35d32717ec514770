/* SPDX-License-Identifier: MIT */
/*
 * Locks used as they must not be: released by others, destroyed while held, still held when
 * a thread ends or the process forks.  And the twins that only look like it.
 */
#include "cases.h"

#include <sys/wait.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t is_done, may_end;

static void use(pthread_mutex_t *which)
{
    lock(which);
    unlock(which);
}

/* ---- bad-unlock ---- */

static void unlock_free(void)
{
    unlock(&mutex);
}

static void unlock_twice(void)
{
    lock(&mutex);
    unlock(&mutex);
    unlock(&mutex);
}

static void unlock_free_checking(void)
{
    RETURNS(EPERM, pthread_mutex_unlock(&checking));
}

static void unlock_free_recursive(void)
{
    RETURNS(EPERM, pthread_mutex_unlock(&recursive));
}

static void unlock_free_rwlock(void)
{
    DO(pthread_rwlock_unlock(&rwlock));
}

static void unlock_free_spin(void)
{
    DO(pthread_spin_unlock(&spin));
}

VISIBLE void *unlock_it(void *unused)
{
    unlock(&mutex);
    return unused;
}

static void unlock_by_other(void)
{
    lock(&mutex);
    run_alone("stranger", unlock_it, NULL);
}

static void *fail_to_unlock_it(void *unused)
{
    RETURNS(EPERM, pthread_mutex_unlock(&checking));
    return unused;
}

static void unlock_by_other_checking(void)
{
    lock(&checking);
    run_alone("stranger", fail_to_unlock_it, NULL);
    unlock(&checking);
}

static void *unlock_rwlock(void *unused)
{
    DO(pthread_rwlock_unlock(&rwlock));
    return unused;
}

static void unlock_by_other_reader(void)
{
    DO(pthread_rwlock_rdlock(&rwlock));
    run_alone("stranger", unlock_rwlock, NULL);
}

static void *unlock_spin(void *unused)
{
    DO(pthread_spin_unlock(&spin));
    return unused;
}

static void unlock_by_other_spin(void)
{
    DO(pthread_spin_lock(&spin));
    run_alone("stranger", unlock_spin, NULL);
}

/* The condition wait would release what the thread doesn't hold. */
static void wait_without(void)
{
    struct timespec limit = past();

    RETURNS(EPERM, pthread_cond_timedwait(&condition, &checking, &limit));
}

/* A mutex for a signal: one thread locks, the other unlocks, a hundred times. */
static void *signal_by_unlock(void *unused)
{
    for (int i = 0; i < 100; i++) {
        await(&is_done);
        unlock(&mutex);
        post(&may_end);
    }
    return unused;
}

static void *other_then_mutex(void *unused)
{
    lock(&other);
    use(&mutex);
    unlock(&other);
    return unused;
}

static void as_a_signal(void)
{
    pthread_t thread = start("signaller", signal_by_unlock, NULL);

    for (int i = 0; i < 100; i++) {
        lock(&mutex);
        post(&is_done);
        await(&may_end);
    }
    finish(thread);
    /* Nobody holds the mutex now, so no order comes of what follows. */
    use(&other);
    run_alone("alice", other_then_mutex, NULL);
    use(&other);
}

/* The stranger's unlock gives it back: what this thread acquires next is not under it. */
static void not_held_any_more(void)
{
    lock(&mutex);
    run_alone("stranger", unlock_it, NULL);
    use(&other);
    run_alone("alice", other_then_mutex, NULL);
}

static void well_used(void)
{
    use(&mutex);
    use(&recursive);
    use(&checking);
    lock(&recursive);
    use(&recursive);
    unlock(&recursive);
    DO(pthread_rwlock_rdlock(&rwlock));
    DO(pthread_rwlock_rdlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
    DO(pthread_rwlock_wrlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
    DO(pthread_spin_lock(&spin));
    DO(pthread_spin_unlock(&spin));
}

/* ---- bad-destroy ---- */

static void destroy_held(void)
{
    lock(&mutex);
    RETURNS(EBUSY, pthread_mutex_destroy(&mutex));
    unlock(&mutex);
}

static void *hold_until_told(void *unused)
{
    lock(&mutex);
    post(&is_done);
    await(&may_end);
    unlock(&mutex);
    return unused;
}

static void destroy_held_by_other(void)
{
    pthread_t thread = start("holder", hold_until_told, NULL);

    await(&is_done);
    RETURNS(EBUSY, pthread_mutex_destroy(&mutex));
    post(&may_end);
    finish(thread);
}

static void destroy_read_held(void)
{
    DO(pthread_rwlock_rdlock(&rwlock));
    DO(pthread_rwlock_destroy(&rwlock));
}

static void destroy_write_held(void)
{
    DO(pthread_rwlock_wrlock(&rwlock));
    DO(pthread_rwlock_destroy(&rwlock));
}

static void destroy_held_spin(void)
{
    DO(pthread_spin_lock(&spin));
    DO(pthread_spin_destroy(&spin));
}

static void use_destroyed(void)
{
    DO(pthread_mutex_destroy(&mutex));
    RETURNS(EINVAL, pthread_mutex_lock(&mutex));
}

static void use_destroyed_rwlock(void)
{
    DO(pthread_rwlock_destroy(&rwlock));
    DO(pthread_rwlock_rdlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
}

static void use_destroyed_spin(void)
{
    DO(pthread_spin_destroy(&spin));
    DO(pthread_spin_lock(&spin));
    DO(pthread_spin_unlock(&spin));
}

/* Destroyed and made anew, in each way; never locked at all; a condition. */
static void well_destroyed(void)
{
    pthread_mutex_t *heap = malloc(sizeof *heap);

    if (heap == NULL)
        abort();
    for (int i = 0; i < 10; i++) {
        use(&mutex);
        DO(pthread_mutex_destroy(&mutex));
        if (i % 2 == 0)
            DO(pthread_mutex_init(&mutex, NULL));
        else
            mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
        DO(pthread_mutex_init(heap, NULL));
        DO(pthread_mutex_destroy(heap));
        DO(pthread_rwlock_destroy(&rwlock));
        DO(pthread_rwlock_init(&rwlock, NULL));
        DO(pthread_spin_destroy(&spin));
        DO(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
        DO(pthread_cond_destroy(&condition));
        DO(pthread_cond_init(&condition, NULL));
    }
    free(heap);
    use(&mutex);
}

/* ---- a condition and its mutex ---- */

static int ready;

static void *wait_with(void *argument)
{
    pthread_mutex_t *mine = argument;

    lock(mine);
    post(&is_done);
    while (!__atomic_load_n(&ready, __ATOMIC_SEQ_CST))
        DO(pthread_cond_wait(&condition, mine));
    unlock(mine);
    return NULL;
}

/* With both mutexes held nobody is between his look at `ready` and his wait. */
static void wake_all(void)
{
    lock(&mutex);
    lock(&other);
    ready = 1;
    DO(pthread_cond_broadcast(&condition));
    unlock(&other);
    unlock(&mutex);
}

static void two_waiters(pthread_mutex_t *one, pthread_mutex_t *another)
{
    pthread_t alice, bob;

    alice = start("alice", wait_with, one);
    await(&is_done);
    use(one); /* free again: she waits */
    bob = start("bob", wait_with, another);
    await(&is_done);
    wake_all();
    finish(alice);
    finish(bob);
}

static void two_mutexes(void)
{
    two_waiters(&mutex, &other);
}

static void one_mutex(void)
{
    two_waiters(&mutex, &mutex);
}

/* Allowed: another mutex when nobody waits any more. */
static void another_mutex_later(void)
{
    two_waiters(&mutex, &mutex);
    ready = 0;
    two_waiters(&other, &other);
}

/* ---- held-at-exit ---- */

VISIBLE void *return_with_it(void *unused)
{
    lock(&mutex);
    return unused;
}

static void held_at_return(void)
{
    run_alone("forgetful", return_with_it, NULL);
}

VISIBLE void *exit_with_it(void *unused)
{
    (void)unused;
    lock(&mutex);
    pthread_exit(NULL);
}

static void held_at_pthread_exit(void)
{
    run_alone("forgetful", exit_with_it, NULL);
}

static void *outlive_main(void *unused)
{
    await(&is_done);
    return unused;
}

static void held_at_main_exit(void)
{
    pthread_t thread = start("outlives", outlive_main, NULL);

    DO(pthread_detach(thread));
    lock(&mutex);
    post(&is_done);
    pthread_exit(NULL);
}

static void *read_and_return(void *unused)
{
    DO(pthread_rwlock_rdlock(&rwlock));
    return unused;
}

static void held_reading_at_return(void)
{
    run_alone("forgetful", read_and_return, NULL);
}

VISIBLE void *be_cancelled_with_it(void *unused)
{
    lock(&mutex);
    post(&is_done);
    sleep_for_ever();
    return unused;
}

static void cancel_and_join(body *victim)
{
    pthread_t thread = start("victim", victim, NULL);
    void *result;

    await(&is_done);
    DO(pthread_cancel(thread));
    DO(pthread_join(thread, &result));
    if (result != PTHREAD_CANCELED)
        abort();
}

static void held_at_cancel(void)
{
    cancel_and_join(be_cancelled_with_it);
}

static void unlock_at_end(void *which)
{
    unlock(which);
}

static void *be_cancelled_cleanly(void *unused)
{
    lock(&mutex);
    pthread_cleanup_push(unlock_at_end, &mutex);
    post(&is_done);
    sleep_for_ever();
    pthread_cleanup_pop(1);
    return unused;
}

static pthread_key_t key;

static void *end_with_key(void *unused)
{
    lock(&mutex);
    DO(pthread_setspecific(key, &mutex));
    return unused;
}

/* Released on the way out: by a clean-up handler, or by a destructor of thread data. */
static void released_at_end(void)
{
    cancel_and_join(be_cancelled_cleanly);
    DO(pthread_key_create(&key, unlock_at_end));
    run_alone("tidy", end_with_key, NULL);
    use(&mutex);
}

/* The process ends; its locks end with it. */
static void held_at_process_end(void)
{
    lock(&mutex);
}

/* ---- robust ---- */

static void make_robust(void)
{
    pthread_mutexattr_t attributes;

    DO(pthread_mutexattr_init(&attributes));
    DO(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
    DO(pthread_mutex_init(&mutex, &attributes));
    DO(pthread_mutexattr_destroy(&attributes));
}

static void robust_recovered(void)
{
    make_robust();
    run_alone("forgetful", return_with_it, NULL);
    RETURNS(EOWNERDEAD, pthread_mutex_lock(&mutex));
    DO(pthread_mutex_consistent(&mutex));
    unlock(&mutex);
    use(&mutex);
    DO(pthread_mutex_destroy(&mutex));
}

static void robust_lost(void)
{
    make_robust();
    run_alone("forgetful", return_with_it, NULL);
    RETURNS(EOWNERDEAD, pthread_mutex_trylock(&mutex));
    unlock(&mutex);
    RETURNS(ENOTRECOVERABLE, pthread_mutex_lock(&mutex));
    RETURNS(ENOTRECOVERABLE, pthread_mutex_trylock(&mutex));
    use(&other);
    DO(pthread_mutex_destroy(&mutex));
}

/* ---- held-at-fork ---- */

static void fork_and_wait(void)
{
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(3);
    waitpid(child, &status, 0);
    if (WEXITSTATUS(status) != 3)
        abort();
}

VISIBLE void fork_while_held(void)
{
    fork_and_wait();
}

static void held_at_fork(void)
{
    pthread_t thread = start("holder", hold_until_told, NULL);

    await(&is_done);
    fork_while_held();
    post(&may_end);
    finish(thread);
}

/* One's own locks are held in the child, too, by the thread that lives on there. */
static void own_held_at_fork(void)
{
    lock(&mutex);
    fork_and_wait();
    unlock(&mutex);
}

static void free_at_fork(void)
{
    pthread_t thread = start("holder", hold_until_told, NULL);

    await(&is_done);
    post(&may_end);
    finish(thread);
    fork_and_wait();
}

/* ---- wait-holding ---- */

static void wait_holding(void)
{
    struct timespec limit = past();

    lock(&other);
    lock(&mutex);
    RETURNS(ETIMEDOUT, pthread_cond_timedwait(&condition, &mutex, &limit));
    unlock(&mutex);
    unlock(&other);
}

static void wait_with_its_own(void)
{
    struct timespec limit = past();

    use(&other);
    lock(&mutex);
    RETURNS(ETIMEDOUT, pthread_cond_timedwait(&condition, &mutex, &limit));
    unlock(&mutex);
}

/* ---- long-hold ---- */

VISIBLE void hold_for(long milliseconds)
{
    struct timespec pause = {.tv_nsec = milliseconds * 1000000};

    lock(&mutex);
    nanosleep(&pause, NULL);
    unlock(&mutex);
}

static void long_hold(void)
{
    hold_for(30);
}

/* The time of a condition wait doesn't count: the mutex isn't held. */
static void long_wait(void)
{
    struct timespec limit = in_milliseconds(CLOCK_REALTIME, 30);

    lock(&mutex);
    RETURNS(ETIMEDOUT, pthread_cond_timedwait(&condition, &mutex, &limit));
    unlock(&mutex);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"unlock-free", unlock_free},
        {"unlock-twice", unlock_twice},
        {"unlock-free-checking", unlock_free_checking},
        {"unlock-free-recursive", unlock_free_recursive},
        {"unlock-free-rwlock", unlock_free_rwlock},
        {"unlock-free-spin", unlock_free_spin},
        {"unlock-by-other", unlock_by_other},
        {"unlock-by-other-checking", unlock_by_other_checking},
        {"unlock-by-other-reader", unlock_by_other_reader},
        {"unlock-by-other-spin", unlock_by_other_spin},
        {"wait-without", wait_without},
        {"as-a-signal", as_a_signal},
        {"not-held-any-more", not_held_any_more},
        {"well-used", well_used},
        {"destroy-held", destroy_held},
        {"destroy-held-by-other", destroy_held_by_other},
        {"destroy-read-held", destroy_read_held},
        {"destroy-write-held", destroy_write_held},
        {"destroy-held-spin", destroy_held_spin},
        {"use-destroyed", use_destroyed},
        {"use-destroyed-rwlock", use_destroyed_rwlock},
        {"use-destroyed-spin", use_destroyed_spin},
        {"well-destroyed", well_destroyed},
        {"two-mutexes", two_mutexes},
        {"one-mutex", one_mutex},
        {"another-mutex-later", another_mutex_later},
        {"held-at-return", held_at_return},
        {"held-at-pthread-exit", held_at_pthread_exit},
        {"held-at-main-exit", held_at_main_exit},
        {"held-reading-at-return", held_reading_at_return},
        {"held-at-cancel", held_at_cancel},
        {"released-at-end", released_at_end},
        {"held-at-process-end", held_at_process_end},
        {"robust-recovered", robust_recovered},
        {"robust-lost", robust_lost},
        {"held-at-fork", held_at_fork},
        {"own-held-at-fork", own_held_at_fork},
        {"free-at-fork", free_at_fork},
        {"wait-holding", wait_holding},
        {"wait-with-its-own", wait_with_its_own},
        {"long-hold", long_hold},
        {"long-wait", long_wait},
        {NULL, NULL},
    };

    DO(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
    DO(sem_init(&is_done, 0, 0));
    DO(sem_init(&may_end, 0, 0));
    return run_case(CASES, argc, argv);
}
