/* SPDX-License-Identifier: MIT */
/* A program that hangs and has no deadlock: its threads wait in every way there is. */
#include "cases.h"

#include <signal.h>

static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t list = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static sem_t ready;

VISIBLE void *read_for_ever(void *unused)
{
    int ends[2];
    char byte;

    DO(pipe(ends));
    lock(&table);
    DO(pthread_rwlock_rdlock(&list));
    post(&ready);
    while (read(ends[0], &byte, 1) != 0)
        continue;
    return unused;
}

VISIBLE void *want_table(void *unused)
{
    lock(&table);
    return unused;
}

VISIBLE void *want_list(void *unused)
{
    DO(pthread_rwlock_wrlock(&list));
    return unused;
}

VISIBLE void *wait_for_never(void *unused)
{
    lock(&other);
    post(&ready);
    DO(pthread_cond_wait(&never, &other));
    return unused;
}

VISIBLE void *hear_nothing(void *unused)
{
    sigset_t all;

    sigfillset(&all);
    DO(pthread_sigmask(SIG_SETMASK, &all, NULL));
    post(&ready);
    sleep_for_ever();
    return unused;
}

VISIBLE void *calculate(void *unused)
{
    post(&ready);
    for (volatile unsigned i = 0;; i++)
        continue;
    return unused;
}

static void hang(void)
{
    pthread_t last;

    DO(sem_init(&ready, 0, 0));
    start("reader", read_for_ever, NULL);
    start("condition", wait_for_never, NULL);
    start("deaf", hear_nothing, NULL);
    start("busy", calculate, NULL);
    for (int i = 0; i < 4; i++)
        await(&ready);
    start("wants-list", want_list, NULL);
    last = start("wants-table", want_table, NULL);
    fputs("hanging\n", stderr);
    finish(last);
}

static void heard(int number)
{
    (void)number;
    _exit(7);
}

/* The signal is the program's own. */
static void own_handler(void)
{
    signal(SIGUSR2, heard);
    raise(SIGUSR2);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"hang", hang}, {"own-handler", own_handler}, {NULL, NULL}};

    return run_case(CASES, argc, argv);
}
