/* SPDX-License-Identifier: MIT */
/*
 * Memory that held locks holds others: the old order says nothing about the new ones.  In
 * each case a first pair is locked in one order, then a pair at the same addresses in the
 * other.
 */
#include "cases.h"

#include <sys/mman.h>

struct pair {
    pthread_mutex_t one, other;
};

static void forth(struct pair *pair)
{
    lock(&pair->one);
    lock(&pair->other);
    unlock(&pair->other);
    unlock(&pair->one);
}

static void back(struct pair *pair)
{
    lock(&pair->other);
    lock(&pair->one);
    unlock(&pair->one);
    unlock(&pair->other);
}

static void assign(struct pair *pair)
{
    *pair = (struct pair){PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
}

static void initialise(struct pair *pair)
{
    DO(pthread_mutex_init(&pair->one, NULL));
    DO(pthread_mutex_init(&pair->other, NULL));
}

static void destroy(struct pair *pair)
{
    DO(pthread_mutex_destroy(&pair->one));
    DO(pthread_mutex_destroy(&pair->other));
}

static struct pair fixed = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

/* The twin of all others. */
static void kept(void)
{
    forth(&fixed);
    back(&fixed);
}

static void assigned(void)
{
    forth(&fixed);
    assign(&fixed);
    back(&fixed);
}

static void initialised(void)
{
    forth(&fixed);
    initialise(&fixed);
    back(&fixed);
}

static void destroyed_initialised(void)
{
    initialise(&fixed);
    forth(&fixed);
    destroy(&fixed);
    initialise(&fixed);
    back(&fixed);
    destroy(&fixed);
}

static void destroyed_assigned(void)
{
    initialise(&fixed);
    forth(&fixed);
    destroy(&fixed);
    assign(&fixed);
    back(&fixed);
}

static void freed(void)
{
    for (int i = 0; i < 100; i++) {
        struct pair *pair = malloc(sizeof *pair);

        if (pair == NULL)
            abort();
        assign(pair);
        if (i % 2 == 0)
            forth(pair);
        else
            back(pair);
        free(pair);
    }
}

static void mapped_again(void)
{
    struct pair *pair = NULL;

    for (int i = 0; i < 2; i++) {
        pair = mmap(pair, 4096, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | (pair == NULL ? 0 : MAP_FIXED), -1, 0);
        if (pair == MAP_FAILED)
            abort();
        if (i == 0)
            forth(pair);
        else
            back(pair);
    }
}

VISIBLE void on_the_stack(int backwards)
{
    struct pair pair = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

    if (backwards)
        back(&pair);
    else
        forth(&pair);
}

static void stacked(void)
{
    on_the_stack(0);
    on_the_stack(1);
}

/* A copy of a lock that is not held is another lock (forbidden, and done). */
static void copied(void)
{
    struct pair copy;

    forth(&fixed);
    copy = fixed;
    back(&copy);
}

/* Two that change places. */
static void swapped(void)
{
    pthread_mutex_t kept_aside;

    forth(&fixed);
    kept_aside = fixed.one;
    fixed.one = fixed.other;
    fixed.other = kept_aside;
    assign(&fixed);
    back(&fixed);
}

/* ---- other kinds ---- */

static pthread_rwlock_t rwlocks[2] = {PTHREAD_RWLOCK_INITIALIZER, PTHREAD_RWLOCK_INITIALIZER};

static void nest_rwlocks(int outer)
{
    DO(pthread_rwlock_wrlock(&rwlocks[outer]));
    DO(pthread_rwlock_wrlock(&rwlocks[!outer]));
    DO(pthread_rwlock_unlock(&rwlocks[!outer]));
    DO(pthread_rwlock_unlock(&rwlocks[outer]));
}

static void rwlocks_kept(void)
{
    nest_rwlocks(0);
    nest_rwlocks(1);
}

static void rwlocks_assigned(void)
{
    nest_rwlocks(0);
    rwlocks[0] = rwlocks[1] = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    nest_rwlocks(1);
}

static void rwlocks_initialised(void)
{
    nest_rwlocks(0);
    DO(pthread_rwlock_destroy(&rwlocks[0]));
    DO(pthread_rwlock_destroy(&rwlocks[1]));
    DO(pthread_rwlock_init(&rwlocks[0], NULL));
    DO(pthread_rwlock_init(&rwlocks[1], NULL));
    nest_rwlocks(1);
}

static pthread_spinlock_t spins[2];

static void nest_spins(int outer)
{
    DO(pthread_spin_lock(&spins[outer]));
    DO(pthread_spin_lock(&spins[!outer]));
    DO(pthread_spin_unlock(&spins[!outer]));
    DO(pthread_spin_unlock(&spins[outer]));
}

static void initialise_spins(void)
{
    DO(pthread_spin_init(&spins[0], PTHREAD_PROCESS_PRIVATE));
    DO(pthread_spin_init(&spins[1], PTHREAD_PROCESS_PRIVATE));
}

static void spins_kept(void)
{
    initialise_spins();
    nest_spins(0);
    nest_spins(1);
}

static void spins_initialised(void)
{
    initialise_spins();
    nest_spins(0);
    initialise_spins();
    nest_spins(1);
}

/* Locks whose memory has no room for a mark. */
static void initialise_robust(struct pair *pair)
{
    pthread_mutexattr_t attributes;

    DO(pthread_mutexattr_init(&attributes));
    DO(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
    DO(pthread_mutex_init(&pair->one, &attributes));
    DO(pthread_mutex_init(&pair->other, &attributes));
    DO(pthread_mutexattr_destroy(&attributes));
}

static void robust_kept(void)
{
    initialise_robust(&fixed);
    forth(&fixed);
    back(&fixed);
}

static void robust_initialised(void)
{
    initialise_robust(&fixed);
    forth(&fixed);
    destroy(&fixed);
    initialise_robust(&fixed);
    back(&fixed);
}

/* Now of this kind, now of that, at one address. */
static void another_kind(void)
{
    initialise_robust(&fixed);
    forth(&fixed);
    assign(&fixed);
    back(&fixed);
    initialise_robust(&fixed);
    forth(&fixed);
    initialise(&fixed);
    back(&fixed);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"kept", kept},
        {"assigned", assigned},
        {"initialised", initialised},
        {"destroyed-initialised", destroyed_initialised},
        {"destroyed-assigned", destroyed_assigned},
        {"freed", freed},
        {"mapped-again", mapped_again},
        {"stacked", stacked},
        {"copied", copied},
        {"swapped", swapped},
        {"rwlocks-kept", rwlocks_kept},
        {"rwlocks-assigned", rwlocks_assigned},
        {"rwlocks-initialised", rwlocks_initialised},
        {"spins-kept", spins_kept},
        {"spins-initialised", spins_initialised},
        {"robust-kept", robust_kept},
        {"robust-initialised", robust_initialised},
        {"another-kind", another_kind},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
