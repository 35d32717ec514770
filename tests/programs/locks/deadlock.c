/* SPDX-License-Identifier: MIT */
/*
 * Programs that really deadlock: each hangs for ever when nobody ends it.  Their twins come
 * close and end well.
 */
#include "cases.h"

#include <sys/wait.h>

/* ---- a lock of any kind ---- */

enum kind { MUTEX, RWLOCK, SPIN, ROBUST, INHERITING, KINDS };

struct any {
    enum kind kind;
    pthread_mutex_t mutex;
    pthread_rwlock_t rwlock;
    pthread_spinlock_t spin;
};

static void make_mutex(struct any *any)
{
    pthread_mutexattr_t attributes;

    DO(pthread_mutexattr_init(&attributes));
    if (any->kind == ROBUST)
        DO(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
    if (any->kind == INHERITING)
        DO(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT));
    DO(pthread_mutex_init(&any->mutex, &attributes));
    DO(pthread_mutexattr_destroy(&attributes));
}

static void make(struct any *any, enum kind kind)
{
    any->kind = kind;
    if (kind == RWLOCK)
        DO(pthread_rwlock_init(&any->rwlock, NULL));
    else if (kind == SPIN)
        DO(pthread_spin_init(&any->spin, PTHREAD_PROCESS_PRIVATE));
    else
        make_mutex(any);
}

static void lock_any(struct any *any)
{
    if (any->kind == RWLOCK)
        DO(pthread_rwlock_wrlock(&any->rwlock));
    else if (any->kind == SPIN)
        DO(pthread_spin_lock(&any->spin));
    else
        DO(pthread_mutex_lock(&any->mutex));
}

static void unlock_any(struct any *any)
{
    if (any->kind == RWLOCK)
        DO(pthread_rwlock_unlock(&any->rwlock));
    else if (any->kind == SPIN)
        DO(pthread_spin_unlock(&any->spin));
    else
        DO(pthread_mutex_unlock(&any->mutex));
}

/* ---- a ring: each holds one and wants the next ---- */

static struct any *ring_locks;
static pthread_barrier_t all_hold_one;

VISIBLE void take_mine(int number)
{
    lock_any(&ring_locks[number]);
}

VISIBLE void want_the_next(int number)
{
    lock_any(&ring_locks[(number + 1) % case_number]);
}

static void *stand_in_ring(void *argument)
{
    int number = (int)(long)argument;

    take_mine(number);
    pthread_barrier_wait(&all_hold_one);
    want_the_next(number);
    return NULL;
}

static void run_ring(body *member, const enum kind *kinds, int kind_count)
{
    pthread_t *threads = calloc((size_t)case_number, sizeof *threads);

    ring_locks = calloc((size_t)case_number, sizeof *ring_locks);
    if (threads == NULL || ring_locks == NULL)
        abort();
    DO(pthread_barrier_init(&all_hold_one, NULL, (unsigned)case_number));
    for (int i = 0; i < case_number; i++)
        make(&ring_locks[i], kinds[i % kind_count]);
    for (long i = 0; i < case_number; i++) {
        char name[16];

        snprintf(name, sizeof name, "member-%d", (int)i % 10000);
        threads[i] = start(name, member, (void *)i);
    }
    for (int i = 0; i < case_number; i++)
        finish(threads[i]);
    free(threads);
}

static void ring(void)
{
    run_ring(stand_in_ring, (enum kind[]){MUTEX}, 1);
}

static void mixed_ring(void)
{
    run_ring(stand_in_ring, (enum kind[]){MUTEX, RWLOCK, SPIN}, 3);
}

static void special_ring(void)
{
    run_ring(stand_in_ring, (enum kind[]){ROBUST, INHERITING}, 2);
}

/* All want the same locks, often, in one order: they wait for each other but never in a ring. */
static void *stand_in_line(void *argument)
{
    int number = (int)(long)argument, next = (number + 1) % case_number;
    int lower = number < next ? number : next, higher = number < next ? next : number;

    pthread_barrier_wait(&all_hold_one);
    for (int i = 0; i < 2000; i++) {
        lock_any(&ring_locks[lower]);
        lock_any(&ring_locks[higher]);
        unlock_any(&ring_locks[higher]);
        unlock_any(&ring_locks[lower]);
    }
    return NULL;
}

static void line(void)
{
    run_ring(stand_in_line, (enum kind[]){MUTEX, RWLOCK}, 2);
}

/* A ring in which each gives up after a while. */
static void *wait_a_while(void *argument)
{
    int number = (int)(long)argument;
    struct timespec limit = in_milliseconds(CLOCK_REALTIME, 150);

    lock_any(&ring_locks[number]);
    pthread_barrier_wait(&all_hold_one);
    RETURNS(ETIMEDOUT, pthread_mutex_timedlock(&ring_locks[!number].mutex, &limit));
    pthread_barrier_wait(&all_hold_one);
    unlock_any(&ring_locks[number]);
    return NULL;
}

static void timed_ring(void)
{
    case_number = 2;
    run_ring(wait_a_while, (enum kind[]){MUTEX}, 1);
}

/* One of the two gives up, so the other gets what it wants. */
static void *give_up_or_wait(void *argument)
{
    int number = (int)(long)argument;
    struct timespec limit = in_milliseconds(CLOCK_REALTIME, 150);

    lock_any(&ring_locks[number]);
    pthread_barrier_wait(&all_hold_one);
    if (number == 0) {
        RETURNS(ETIMEDOUT, pthread_mutex_timedlock(&ring_locks[1].mutex, &limit));
    } else {
        lock_any(&ring_locks[0]);
        unlock_any(&ring_locks[0]);
    }
    unlock_any(&ring_locks[number]);
    return NULL;
}

static void half_timed_ring(void)
{
    case_number = 2;
    run_ring(give_up_or_wait, (enum kind[]){MUTEX}, 1);
}

/* ---- joins ---- */

static pthread_mutex_t wanted = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t also_wanted = PTHREAD_MUTEX_INITIALIZER;

VISIBLE void *want_it(void *unused)
{
    lock(&wanted);
    unlock(&wanted);
    return unused;
}

VISIBLE void join_with_it(void)
{
    lock(&wanted);
    finish(start("worker", want_it, NULL));
    unlock(&wanted);
}

static void join_ring(void)
{
    join_with_it();
}

static void *join_in_between(void *unused)
{
    finish(start("inner", want_it, NULL));
    return unused;
}

static void join_chain(void)
{
    lock(&wanted);
    finish(start("outer", join_in_between, NULL));
}

static pthread_t main_thread;

VISIBLE void *join_main(void *unused)
{
    finish(main_thread);
    return unused;
}

static void join_mutually(void)
{
    main_thread = pthread_self();
    run_alone("joiner", join_main, NULL);
}

static void join_free(void)
{
    pthread_t thread;

    lock(&wanted);
    thread = start("worker", want_it, NULL);
    unlock(&wanted);
    finish(thread);
}

/* ---- an owner that has ended ---- */

VISIBLE void *end_with_it(void *unused)
{
    lock(&wanted);
    return unused;
}

static void owner_ended(void)
{
    run_alone("gone", end_with_it, NULL);
    lock(&wanted);
}

static void *exit_with_it(void *unused)
{
    (void)unused;
    lock(&wanted);
    pthread_exit(NULL);
}

static void owner_exited(void)
{
    run_alone("gone", exit_with_it, NULL);
    run_alone("heir", want_it, NULL);
}

/* ---- an owner that fork left behind ---- */

static sem_t is_taken;

static void *take_and_stay(void *unused)
{
    lock(&wanted);
    post(&is_taken);
    sleep_for_ever();
    return unused;
}

static void want_in_child(void)
{
    int status;
    pid_t child;

    start("parents", take_and_stay, NULL);
    await(&is_taken);
    child = fork();
    if (child == 0) {
        want_it(NULL);
        _exit(0);
    }
    waitpid(child, &status, 0);
    _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

/* ---- readers and writers ---- */

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t is_read, never;

static void *read_and_want(void *unused)
{
    DO(pthread_rwlock_rdlock(&rwlock));
    post(&is_read);
    await(&is_taken);
    lock(&wanted);
    unlock(&wanted);
    DO(pthread_rwlock_unlock(&rwlock));
    return unused;
}

static void *write_and_have(void *unused)
{
    lock(&wanted);
    post(&is_taken);
    DO(pthread_rwlock_wrlock(&rwlock));
    return unused;
}

/* Reads, is not stuck, and will not give it back either. */
static void *read_for_ever(void *unused)
{
    DO(pthread_rwlock_rdlock(&rwlock));
    post(&is_read);
    await(&never);
    return unused;
}

static void writer_and_reader(void)
{
    pthread_t reader, writer;

    reader = start("reader", read_and_want, NULL);
    await(&is_read);
    writer = start("writer", write_and_have, NULL);
    finish(reader);
    finish(writer);
}

/* One stuck reader is enough: the writer needs both to go. */
static void writer_and_two_readers(void)
{
    start("idler", read_for_ever, NULL);
    await(&is_read);
    writer_and_reader();
}

/* The reader has what it wants and goes. */
static void *read_a_while(void *unused)
{
    DO(pthread_rwlock_rdlock(&rwlock));
    post(&is_read);
    lock(&also_wanted);
    unlock(&also_wanted);
    DO(pthread_rwlock_unlock(&rwlock));
    return unused;
}

static void *write_after(void *unused)
{
    lock(&wanted);
    DO(pthread_rwlock_wrlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
    unlock(&wanted);
    return unused;
}

static void writer_after_reader(void)
{
    pthread_t reader, writer;

    lock(&also_wanted);
    reader = start("reader", read_a_while, NULL);
    await(&is_read);
    writer = start("writer", write_after, NULL);
    unlock(&also_wanted);
    finish(reader);
    finish(writer);
}

/* ---- a condition wait that can't come back ---- */

static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

VISIBLE void *wait_and_hold(void *unused)
{
    lock(&wanted);
    lock(&also_wanted);
    post(&is_taken);
    DO(pthread_cond_wait(&condition, &also_wanted));
    return unused;
}

/* Whoever wakes the waiter: it needs the mutex of one who waits for it. */
static void wait_ring(void)
{
    start("waiter", wait_and_hold, NULL);
    await(&is_taken);
    lock(&also_wanted);
    lock(&wanted);
}

/* ---- alone ---- */

VISIBLE void lock_twice(pthread_mutex_t *mutex)
{
    lock(mutex);
    lock(mutex);
}

static void self_mutex(void)
{
    lock_twice(&wanted);
}

static void self_spin(void)
{
    static pthread_spinlock_t spin;

    DO(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
    DO(pthread_spin_lock(&spin));
    DO(pthread_spin_lock(&spin));
}

static void self_upgrade(void)
{
    DO(pthread_rwlock_rdlock(&rwlock));
    DO(pthread_rwlock_wrlock(&rwlock));
}

VISIBLE void lock_again(int number)
{
    (void)number;
    lock(&wanted);
}

static void self_in_handler(void)
{
    signal(SIGUSR1, lock_again);
    lock(&wanted);
    raise(SIGUSR1);
}

static void self_recursive(void)
{
    static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

    lock_twice(&mutex);
    unlock(&mutex);
    unlock(&mutex);
}

static void self_checked(void)
{
    static pthread_mutex_t mutex = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

    lock(&mutex);
    RETURNS(EDEADLK, pthread_mutex_lock(&mutex));
    unlock(&mutex);
    DO(pthread_rwlock_wrlock(&rwlock));
    RETURNS(EDEADLK, pthread_rwlock_wrlock(&rwlock));
    RETURNS(EDEADLK, pthread_rwlock_rdlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
}

static void self_timed(void)
{
    struct timespec limit = in_milliseconds(CLOCK_REALTIME, 20);

    lock(&wanted);
    RETURNS(ETIMEDOUT, pthread_mutex_timedlock(&wanted, &limit));
    RETURNS(EBUSY, pthread_mutex_trylock(&wanted));
    unlock(&wanted);
    DO(pthread_rwlock_rdlock(&rwlock));
    RETURNS(ETIMEDOUT, pthread_rwlock_timedwrlock(&rwlock, &limit));
    DO(pthread_rwlock_unlock(&rwlock));
}

/* Joining oneself is refused by libc. */
static void self_join(void)
{
    RETURNS(EDEADLK, pthread_join(pthread_self(), NULL));
}

static void *wait_then_end(void *unused)
{
    await(&is_taken);
    return unused;
}

/* The one who is joined wants none of what the joiner holds. */
static void join_while_holding(void)
{
    pthread_t thread;

    lock(&wanted);
    thread = start("worker", wait_then_end, NULL);
    post(&is_taken);
    finish(thread);
    unlock(&wanted);
}

static void make_semaphores(void)
{
    DO(sem_init(&is_read, 0, 0));
    DO(sem_init(&is_taken, 0, 0));
    DO(sem_init(&never, 0, 0));
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"ring", ring},
        {"mixed-ring", mixed_ring},
        {"special-ring", special_ring},
        {"line", line},
        {"timed-ring", timed_ring},
        {"half-timed-ring", half_timed_ring},
        {"join-ring", join_ring},
        {"join-chain", join_chain},
        {"join-free", join_free},
        {"join-mutually", join_mutually},
        {"wait-ring", wait_ring},
        {"join-while-holding", join_while_holding},
        {"owner-ended", owner_ended},
        {"owner-exited", owner_exited},
        {"want-in-child", want_in_child},
        {"writer-and-reader", writer_and_reader},
        {"writer-and-two-readers", writer_and_two_readers},
        {"writer-after-reader", writer_after_reader},
        {"self-mutex", self_mutex},
        {"self-spin", self_spin},
        {"self-upgrade", self_upgrade},
        {"self-in-handler", self_in_handler},
        {"self-recursive", self_recursive},
        {"self-checked", self_checked},
        {"self-timed", self_timed},
        {"self-join", self_join},
        {NULL, NULL},
    };

    make_semaphores();
    return run_case(CASES, argc, argv);
}
