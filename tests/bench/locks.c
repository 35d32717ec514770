/* SPDX-License-Identifier: MIT */
/*
 * What locks.py measures: prints one number for the measure that is named.
 *
 *     locks MEASURE [SHARE]
 *
 * Nanoseconds a lock and unlock (the best of several batches), or bytes.  SHARE of the usual
 * number of operations is done, for tools that take long; 1 by default.
 */
#include "memory.h"
#include "timing.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a millisecond or two each, so that some are not disturbed by what else runs. */
enum { BATCHES = 31 };

/* Locks that aren't meant to share anything don't share a cache line, nor its neighbour. */
struct alone {
    _Alignas(128) pthread_mutex_t mutex;
};

static void take(pthread_mutex_t *mutex)
{
    if (pthread_mutex_lock(mutex))
        abort();
}

static void give(pthread_mutex_t *mutex)
{
    if (pthread_mutex_unlock(mutex))
        abort();
}

static pthread_mutex_t *new_locks(size_t count)
{
    pthread_mutex_t *locks = calloc(count, sizeof *locks);

    for (size_t i = 0; locks && i < count; i++)
        pthread_mutex_init(&locks[i], NULL);
    return locks ? locks : (abort(), NULL);
}

/* ------------------------------------------------------------------ nested */

/* Groups of locks that are held at once; each is sorted, so all agree on one order. */
struct groups {
    pthread_mutex_t **locks; /* depth of each group, one group after the other */
    unsigned depth;
    size_t count;
};

static void take_groups(void *argument, size_t rounds)
{
    const struct groups *groups = argument;

    for (size_t round = 0; round < rounds; round++)
        for (size_t group = 0; group < groups->count; group++) {
            pthread_mutex_t **locks = groups->locks + group * groups->depth;

            for (unsigned i = 0; i < groups->depth; i++)
                take(locks[i]);
            for (unsigned i = groups->depth; i--;)
                give(locks[i]);
        }
}

static int by_address(const void *a, const void *b)
{
    const pthread_mutex_t *x = *(pthread_mutex_t *const *)a, *y = *(pthread_mutex_t *const *)b;

    return (x > y) - (x < y);
}

static uint64_t draw(uint64_t below)
{
    static uint64_t state = 88172645463325252u;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static struct groups draw_groups(size_t locks, unsigned depth, size_t count)
{
    struct groups groups = {calloc(locks, sizeof *groups.locks), depth, count};
    pthread_mutex_t *all = new_locks(locks);

    if (!groups.locks)
        abort();
    for (size_t i = 0; i < locks; i++)
        groups.locks[i] = &all[i];
    for (size_t i = locks > depth ? locks : 1; --i;) {
        size_t other = draw(i + 1);
        pthread_mutex_t *swap = groups.locks[i];

        groups.locks[i] = groups.locks[other];
        groups.locks[other] = swap;
    }
    for (size_t i = 0; i < count; i++)
        qsort(groups.locks + i * depth, depth, sizeof *groups.locks, by_address);
    for (size_t i = 0; i < locks; i++) {
        take(&all[i]);
        give(&all[i]);
    }
    return groups;
}

static double nested(size_t locks, unsigned depth, size_t count, double share)
{
    struct groups groups = draw_groups(locks, depth, count);
    size_t pairs = depth * count;
    size_t rounds = (size_t)(100000 * share / (double)pairs) + 1;

    return best_of(BATCHES, take_groups, &groups, rounds) / (double)pairs;
}

static double depth1(double share)
{
    return nested(1, 1, 1, share);
}

static double depth4(double share)
{
    return nested(4, 4, 1, share);
}

static double depth16(double share)
{
    return nested(16, 16, 1, share);
}

/* 256 of 100,000 locks are in use again and again. */
static double hot4(double share)
{
    return nested(100000, 4, 64, share);
}

static double hot16(double share)
{
    return nested(100000, 16, 16, share);
}

/* 32,000 of the 100,000 locks are used in turn: more than any cache holds. */
static double sweep4(double share)
{
    return nested(100000, 4, 8000, share);
}

static double sweep16(double share)
{
    return nested(100000, 16, 2000, share);
}

static void take_rwlock(void *argument, size_t rounds)
{
    for (size_t round = 0; round < rounds; round++)
        if (pthread_rwlock_rdlock(argument) || pthread_rwlock_unlock(argument))
            abort();
}

static double rwlock_read(double share)
{
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

    return best_of(BATCHES, take_rwlock, &lock, (size_t)(100000 * share) + 1);
}

/* ------------------------------------------------------------- two threads */

static void take_one(void *argument, size_t rounds)
{
    for (size_t round = 0; round < rounds; round++) {
        take(argument);
        give(argument);
    }
}

static double two_unrelated(double share)
{
    static struct alone locks[2] = {{PTHREAD_MUTEX_INITIALIZER}, {PTHREAD_MUTEX_INITIALIZER}};
    void *arguments[2] = {&locks[0].mutex, &locks[1].mutex};

    return best_of_two(BATCHES, take_one, arguments, (size_t)(100000 * share) + 1);
}

static double contended(double share)
{
    static struct alone lock = {PTHREAD_MUTEX_INITIALIZER};
    void *arguments[2] = {&lock.mutex, &lock.mutex};

    return best_of_two(BATCHES, take_one, arguments, (size_t)(100000 * share) + 1) / 2;
}

/* --------------------------------------------------------------- new edges */

enum { EDGE_LOCKS = 10000, EDGES = 100000 };

struct pair {
    pthread_mutex_t *first, *second;
};

static void take_pairs(void *argument, size_t count)
{
    const struct pair *pairs = argument;

    for (size_t i = 0; i < count; i++) {
        take(pairs[i].first);
        take(pairs[i].second);
        give(pairs[i].second);
        give(pairs[i].first);
    }
}

/* Pairs that agree on the order of addresses, met as they come. */
static double new_edges(double share)
{
    static struct pair pairs[EDGES];
    pthread_mutex_t *locks = new_locks(EDGE_LOCKS);

    for (size_t i = 0; i < EDGES; i++) {
        size_t low = draw(EDGE_LOCKS - 1), high = low + 1 + draw(EDGE_LOCKS - 1 - low);

        pairs[i] = (struct pair){&locks[low], &locks[high]};
    }
    return best_of(1, take_pairs, pairs, (size_t)(EDGES * share));
}

/* ------------------------------------------------------------------ memory */

static double memory_lock(double share)
{
    size_t count = (size_t)(1000000 * share);
    pthread_mutex_t *locks = new_locks(count);
    size_t before = resident();

    for (size_t i = 0; i < count; i++) {
        take(&locks[i]);
        give(&locks[i]);
    }
    return (double)(resident() - before) / (double)count;
}

/* Each under the one before it. */
static double memory_nested(double share)
{
    size_t count = (size_t)(100000 * share);
    pthread_mutex_t *locks = new_locks(count);
    size_t before = resident();

    for (size_t i = 0; i + 1 < count; i++)
        take_pairs(&(struct pair){&locks[i], &locks[i + 1]}, 1);
    return (double)(resident() - before) / (double)count;
}

enum { THREADS = 1000 };
static pthread_barrier_t all_there, measured;

static void *take_two_and_wait(void *argument)
{
    take_pairs(argument, 1);
    pthread_barrier_wait(&all_there);
    pthread_barrier_wait(&measured);
    return NULL;
}

/* Stacks and what libc keeps for a thread included: look at the difference. */
static double memory_thread(double share)
{
    unsigned count = (unsigned)(THREADS * share);
    static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
    static struct pair pair = {&locks[0], &locks[1]};
    pthread_t threads[THREADS];
    size_t before = resident(), after;

    pthread_barrier_init(&all_there, NULL, count + 1);
    pthread_barrier_init(&measured, NULL, count + 1);
    for (unsigned i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, take_two_and_wait, &pair))
            abort();
    pthread_barrier_wait(&all_there);
    after = resident();
    pthread_barrier_wait(&measured);
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return (double)(after - before) / count;
}

/* --------------------------------------------------------------------- all */

static const struct measure {
    const char *name;
    double (*run)(double share);
} measures[] = {
    {"one-thread", depth1},
    {"depth1", depth1},
    {"depth4", depth4},
    {"depth16", depth16},
    {"hot4", hot4},
    {"hot16", hot16},
    {"sweep4", sweep4},
    {"sweep16", sweep16},
    {"rwlock-read", rwlock_read},
    {"two-unrelated", two_unrelated},
    {"contended", contended},
    {"new-edges", new_edges},
    {"memory-lock", memory_lock},
    {"memory-nested", memory_nested},
    {"memory-thread", memory_thread},
};

static void *sleep_on(void *argument)
{
    pause();
    return argument;
}

/* As long as a process has had one thread only, glibc locks without an atomic instruction. */
static void become_threaded(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, sleep_on, NULL))
        abort();
    pthread_detach(thread);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "one-thread"))
        become_threaded();
    for (size_t i = 0; argc > 1 && i < sizeof measures / sizeof *measures; i++)
        if (!strcmp(argv[1], measures[i].name)) {
            printf("%.3f\n", measures[i].run(argc > 2 ? atof(argv[2]) : 1));
            return 0;
        }
    fprintf(stderr, "usage: locks MEASURE [SHARE]\n");
    return 2;
}
