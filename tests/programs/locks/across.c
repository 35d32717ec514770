/* SPDX-License-Identifier: MIT */
/*
 * Locks in one order only in each run, for `pihook merge`: what two runs show together, and what
 * keeps it from being a deadlock.
 */
#include "cases.h"

#include <sys/wait.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t third = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t queue = PTHREAD_RWLOCK_INITIALIZER;

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}

VISIBLE void *first_then_second(void *unused)
{
    nest(&first, &second);
    return unused;
}

VISIBLE void *second_then_first(void *unused)
{
    nest(&second, &first);
    return unused;
}

static void forwards(void)
{
    run_alone("forwards", first_then_second, NULL);
}

static void backwards(void)
{
    run_alone("backwards", second_then_first, NULL);
}

/* The library tells it in the run. */
static void both(void)
{
    take_turns(first_then_second, second_then_first);
}

/* By the first thread, in each run. */
static void main_forwards(void)
{
    first_then_second(NULL);
}

static void main_backwards(void)
{
    second_then_first(NULL);
}

/* ---- what is no deadlock ---- */

static void gated_forwards(void)
{
    lock(&gate);
    nest(&first, &second);
    unlock(&gate);
}

static void gated_backwards(void)
{
    lock(&gate);
    nest(&second, &first);
    unlock(&gate);
}

static void tries_backwards(void)
{
    lock(&second);
    RETURNS(0, pthread_mutex_trylock(&first));
    unlock(&first);
    unlock(&second);
}

static void timed_backwards(void)
{
    struct timespec limit = later(CLOCK_REALTIME);

    lock(&second);
    DO(pthread_mutex_timedlock(&first, &limit));
    unlock(&first);
    unlock(&second);
}

static void nest_reading(pthread_rwlock_t *outer, pthread_rwlock_t *inner)
{
    DO(pthread_rwlock_rdlock(outer));
    DO(pthread_rwlock_rdlock(inner));
    DO(pthread_rwlock_unlock(inner));
    DO(pthread_rwlock_unlock(outer));
}

static void readers_forwards(void)
{
    nest_reading(&table, &queue);
}

static void readers_backwards(void)
{
    nest_reading(&queue, &table);
}

static void writer_forwards(void)
{
    DO(pthread_rwlock_wrlock(&table));
    DO(pthread_rwlock_wrlock(&queue));
    DO(pthread_rwlock_unlock(&queue));
    DO(pthread_rwlock_unlock(&table));
}

/* ---- three ---- */

static void second_then_third(void)
{
    nest(&second, &third);
}

static void third_then_first(void)
{
    nest(&third, &first);
}

/* ---- locks of one class ---- */

struct account {
    pthread_mutex_t account, journal;
};
static struct account accounts[2];

/* Each class is made at one place. */
VISIBLE void make_account(struct account *one)
{
    DO(pthread_mutex_init(&one->account, NULL));
    DO(pthread_mutex_init(&one->journal, NULL));
}

static void make_accounts(void)
{
    make_account(&accounts[0]);
    make_account(&accounts[1]);
}

static void accounts_forwards(void)
{
    make_accounts();
    nest(&accounts[0].account, &accounts[0].journal);
    nest(&accounts[1].account, &accounts[1].journal);
}

static void accounts_backwards(void)
{
    make_accounts();
    nest(&accounts[0].journal, &accounts[0].account);
}

/* Each lock in one order, but not all of the class in the same: nothing for a run to tell. */
static void accounts_differ(void)
{
    make_accounts();
    nest(&accounts[0].account, &accounts[0].journal);
    nest(&accounts[1].journal, &accounts[1].account);
}

static void accounts_nested(void)
{
    make_accounts();
    nest(&accounts[0].account, &accounts[1].account);
}

/* ---- how processes end ---- */

static void in_child(void (*part)(void))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        part();
        _exit(0);
    }
    RETURNS(child, waitpid(child, &status, 0));
    RETURNS(0, status);
}

/* The child goes on with what its parent has seen, and is told there. */
static void child_closes(void)
{
    forwards();
    in_child(main_backwards);
}

static void killed(void)
{
    forwards();
    raise(SIGKILL);
}

static void children_differ(void)
{
    in_child(main_forwards);
    in_child(main_backwards);
}

static void replaced(void)
{
    forwards();
    execl("/bin/true", "true", (char *)NULL);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"forwards", forwards},
        {"backwards", backwards},
        {"both", both},
        {"main-forwards", main_forwards},
        {"main-backwards", main_backwards},
        {"gated-forwards", gated_forwards},
        {"gated-backwards", gated_backwards},
        {"tries-backwards", tries_backwards},
        {"timed-backwards", timed_backwards},
        {"readers-forwards", readers_forwards},
        {"readers-backwards", readers_backwards},
        {"writer-forwards", writer_forwards},
        {"second-then-third", second_then_third},
        {"third-then-first", third_then_first},
        {"accounts-forwards", accounts_forwards},
        {"accounts-backwards", accounts_backwards},
        {"accounts-differ", accounts_differ},
        {"accounts-nested", accounts_nested},
        {"child-closes", child_closes},
        {"children-differ", children_differ},
        {"killed", killed},
        {"replaced", replaced},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
