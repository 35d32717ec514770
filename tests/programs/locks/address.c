/* SPDX-License-Identifier: MIT */
/* Locks at known addresses, acquired upwards and downwards. */
#include "cases.h"

/* An array, so that a higher index is a higher address. */
static pthread_mutex_t plain[3] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                   PTHREAD_MUTEX_INITIALIZER};

static struct {
    pthread_mutex_t recursive, normal;
} recursive_below = {PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, PTHREAD_MUTEX_INITIALIZER};

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}

VISIBLE void take_high_then_low(void)
{
    nest(&plain[1], &plain[0]);
}

static void descending(void)
{
    take_high_then_low();
}

static void descending_often(void)
{
    for (int i = 0; i < 1000; i++)
        take_high_then_low();
}

static void ascending(void)
{
    lock(&plain[0]);
    nest(&plain[1], &plain[2]);
    unlock(&plain[0]);
}

/* Only one at a time. */
static void released(void)
{
    for (int i = 2; i >= 0; i--) {
        lock(&plain[i]);
        unlock(&plain[i]);
    }
}

/* Below the one acquired first, though not below the last. */
static void below_an_outer_one(void)
{
    lock(&plain[2]);
    DO(pthread_mutex_trylock(&plain[0]));
    lock(&plain[1]);
    unlock(&plain[1]);
    unlock(&plain[0]);
    unlock(&plain[2]);
}

static void recursive_again(void)
{
    lock(&recursive_below.recursive);
    nest(&recursive_below.normal, &recursive_below.recursive);
    unlock(&recursive_below.recursive);
}

static void try_below(void)
{
    lock(&plain[1]);
    DO(pthread_mutex_trylock(&plain[0]));
    unlock(&plain[0]);
    unlock(&plain[1]);
}

static void below_a_tried_one(void)
{
    DO(pthread_mutex_trylock(&plain[1]));
    lock(&plain[0]);
    unlock(&plain[0]);
    unlock(&plain[1]);
}

static void timed_below(void)
{
    struct timespec limit = later(CLOCK_REALTIME);

    lock(&plain[1]);
    DO(pthread_mutex_timedlock(&plain[0], &limit));
    unlock(&plain[0]);
    unlock(&plain[1]);
}

/* ---- other kinds ---- */

static void rwlock_below(void)
{
    static pthread_rwlock_t rwlocks[2] = {PTHREAD_RWLOCK_INITIALIZER, PTHREAD_RWLOCK_INITIALIZER};

    DO(pthread_rwlock_rdlock(&rwlocks[1]));
    DO(pthread_rwlock_wrlock(&rwlocks[0]));
    DO(pthread_rwlock_unlock(&rwlocks[0]));
    DO(pthread_rwlock_unlock(&rwlocks[1]));
}

static void spin_below(void)
{
    static pthread_spinlock_t spins[2];

    DO(pthread_spin_init(&spins[0], PTHREAD_PROCESS_PRIVATE));
    DO(pthread_spin_init(&spins[1], PTHREAD_PROCESS_PRIVATE));
    DO(pthread_spin_lock(&spins[1]));
    DO(pthread_spin_lock(&spins[0]));
    DO(pthread_spin_unlock(&spins[0]));
    DO(pthread_spin_unlock(&spins[1]));
}

/* Back from the wait the lower one is acquired with the higher one held. */
static void waited_below(void)
{
    static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    struct timespec limit = past();

    lock(&plain[0]);
    lock(&plain[1]);
    RETURNS(ETIMEDOUT, pthread_cond_timedwait(&condition, &plain[0], &limit));
    unlock(&plain[1]);
    unlock(&plain[0]);
}

/* ---- classes ---- */

static pthread_mutex_t made[3];

VISIBLE void make(pthread_mutex_t *mutex)
{
    DO(pthread_mutex_init(mutex, NULL));
}

VISIBLE void make_another(pthread_mutex_t *mutex)
{
    DO(pthread_mutex_init(mutex, NULL));
}

static void one_class(void)
{
    make(&made[0]);
    make(&made[1]);
    nest(&made[1], &made[0]);
}

static void two_classes(void)
{
    make(&made[0]);
    make_another(&made[1]);
    nest(&made[1], &made[0]);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"descending", descending},
        {"descending-often", descending_often},
        {"ascending", ascending},
        {"released", released},
        {"below-an-outer-one", below_an_outer_one},
        {"recursive-again", recursive_again},
        {"try-below", try_below},
        {"below-a-tried-one", below_a_tried_one},
        {"timed-below", timed_below},
        {"rwlock-below", rwlock_below},
        {"spin-below", spin_below},
        {"waited-below", waited_below},
        {"one-class", one_class},
        {"two-classes", two_classes},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
