/* SPDX-License-Identifier: MIT */
/*
 * Locks in memory that processes share: what one of them knows about a lock is nothing to
 * the others, whether they were forked or started on their own.
 */
#include "cases.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { ROUNDS = 300 };

struct shared {
    pthread_mutex_t outer, inner, robust;
    pthread_rwlock_t rwlock;
    pthread_spinlock_t spin;
    pthread_cond_t turned;
    pthread_barrier_t both;
    int turn, sum;
};

static struct shared *shared;

static void make_mutex(pthread_mutex_t *mutex, int robust)
{
    pthread_mutexattr_t attributes;

    DO(pthread_mutexattr_init(&attributes));
    DO(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
    if (robust)
        DO(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
    DO(pthread_mutex_init(mutex, &attributes));
    DO(pthread_mutexattr_destroy(&attributes));
}

static void make_rwlock(pthread_rwlock_t *rwlock)
{
    pthread_rwlockattr_t attributes;

    DO(pthread_rwlockattr_init(&attributes));
    DO(pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
    DO(pthread_rwlock_init(rwlock, &attributes));
    DO(pthread_rwlockattr_destroy(&attributes));
}

static void make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    DO(pthread_condattr_init(&attributes));
    DO(pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
    DO(pthread_cond_init(condition, &attributes));
    DO(pthread_condattr_destroy(&attributes));
}

static void make_barrier(pthread_barrier_t *barrier)
{
    pthread_barrierattr_t attributes;

    DO(pthread_barrierattr_init(&attributes));
    DO(pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
    DO(pthread_barrier_init(barrier, &attributes, 2));
    DO(pthread_barrierattr_destroy(&attributes));
}

static void make_shared(void)
{
    make_mutex(&shared->outer, 0);
    make_mutex(&shared->inner, 0);
    make_mutex(&shared->robust, 1);
    make_rwlock(&shared->rwlock);
    make_condition(&shared->turned);
    make_barrier(&shared->both);
    DO(pthread_spin_init(&shared->spin, PTHREAD_PROCESS_SHARED));
}

/* ---- what each of two processes does ---- */

static void add_under_all(int read_too)
{
    lock(&shared->outer);
    lock(&shared->inner);
    lock(&shared->robust);
    if (read_too)
        DO(pthread_rwlock_rdlock(&shared->rwlock));
    else
        DO(pthread_rwlock_wrlock(&shared->rwlock));
    DO(pthread_spin_lock(&shared->spin));
    shared->sum++;
    DO(pthread_spin_unlock(&shared->spin));
    DO(pthread_rwlock_unlock(&shared->rwlock));
    unlock(&shared->robust);
    unlock(&shared->inner);
    unlock(&shared->outer);
}

/* Each waits for its turn, so both wait and both are waited for. */
static void take_turn(int side)
{
    lock(&shared->outer);
    while (shared->turn != side)
        DO(pthread_cond_wait(&shared->turned, &shared->outer));
    shared->turn = !side;
    DO(pthread_cond_broadcast(&shared->turned));
    unlock(&shared->outer);
}

static void do_my_part(int side)
{
    pthread_barrier_wait(&shared->both);
    for (int i = 0; i < ROUNDS; i++) {
        add_under_all(i % 2);
        take_turn(side);
    }
    pthread_barrier_wait(&shared->both);
}

static void expect_child(pid_t child)
{
    int status;

    waitpid(child, &status, 0);
    printf("child %d, sum %d\n", status, shared->sum);
}

static void *map(int flags, int file)
{
    void *memory = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | flags, file, 0);

    if (memory == MAP_FAILED)
        abort();
    return memory;
}

static void forked(void)
{
    pid_t child;

    shared = map(MAP_ANONYMOUS, -1);
    make_shared();
    add_under_all(0);
    child = fork();
    if (child == 0) {
        do_my_part(1);
        _exit(0);
    }
    do_my_part(0);
    expect_child(child);
}

/* One dies with the robust lock; the other gets it, and the word about it. */
static void owner_died(void)
{
    pid_t child;

    shared = map(MAP_ANONYMOUS, -1);
    make_shared();
    child = fork();
    if (child == 0) {
        lock(&shared->robust);
        _exit(0);
    }
    expect_child(child);
    RETURNS(EOWNERDEAD, pthread_mutex_lock(&shared->robust));
    DO(pthread_mutex_consistent(&shared->robust));
    unlock(&shared->robust);
    add_under_all(0);
}

/* What is done in the child makes no order in its parent. */
static void other_order_elsewhere(void)
{
    pid_t child;

    shared = map(MAP_ANONYMOUS, -1);
    make_shared();
    child = fork();
    if (child == 0) {
        lock(&shared->outer);
        lock(&shared->inner);
        unlock(&shared->inner);
        unlock(&shared->outer);
        _exit(0);
    }
    expect_child(child);
    lock(&shared->inner);
    lock(&shared->robust);
    unlock(&shared->robust);
    unlock(&shared->inner);
}

/* ---- two programs that map one file ---- */

static int open_file(int flags)
{
    int file = open(case_text, O_RDWR | flags, 0600);

    if (file < 0 || ftruncate(file, sizeof *shared) != 0)
        abort();
    return file;
}

static void other_program(void)
{
    shared = map(0, open_file(0));
    do_my_part(1);
}

static char *myself;

static void executed(void)
{
    pid_t child;

    shared = map(0, open_file(O_CREAT | O_TRUNC));
    make_shared();
    add_under_all(0);
    child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO); /* "done" is said once */
        execl(myself, myself, "other-program", case_text, (char *)NULL);
        _exit(1);
    }
    do_my_part(0);
    expect_child(child);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"forked", forked},
        {"owner-died", owner_died},
        {"other-order-elsewhere", other_order_elsewhere},
        {"executed", executed},
        {"other-program", other_program},
        {NULL, NULL},
    };

    myself = argv[0];
    return run_case(CASES, argc, argv);
}
