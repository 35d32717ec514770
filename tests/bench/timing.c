/* SPDX-License-Identifier: MIT */
/* Best times of batches; for locks.c. */
#include "timing.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

double best_of(unsigned batches, batch_function *batch, void *argument, size_t rounds)
{
    double best = 1e300;

    if (batches > 1)
        batch(argument, rounds);
    while (batches--) {
        double start = now();

        batch(argument, rounds);
        best = least(best, now() - start);
    }
    return best / (double)rounds;
}

/* One of the two threads. */
struct half {
    pthread_barrier_t *both_there;
    batch_function *batch;
    void *argument;
    size_t rounds;
    double start, end;
};

static void *run_half(void *argument)
{
    struct half *half = argument;

    pthread_barrier_wait(half->both_there);
    half->start = now();
    half->batch(half->argument, half->rounds);
    half->end = now();
    return NULL;
}

/* Left alone, both would often run on the processor that woke them, one after the other. */
static void stay_on(pthread_t thread, int number)
{
    cpu_set_t allowed, one;

    pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed);
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &allowed) && number-- == 0)
            CPU_SET(cpu, &one);
    if (CPU_COUNT(&one))
        pthread_setaffinity_np(thread, sizeof one, &one);
}

static double run_both(struct half halves[2])
{
    pthread_t threads[2];

    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, run_half, &halves[i]))
            abort();
        stay_on(threads[i], i);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return (halves[0].end > halves[1].end ? halves[0].end : halves[1].end) -
           least(halves[0].start, halves[1].start);
}

double best_of_two(unsigned batches, batch_function *batch, void *arguments[2], size_t rounds)
{
    pthread_barrier_t both_there;
    struct half halves[2] = {{&both_there, batch, arguments[0], rounds, 0, 0},
                             {&both_there, batch, arguments[1], rounds, 0, 0}};
    double best = 1e300;

    pthread_barrier_init(&both_there, NULL, 2);
    while (batches--)
        best = least(best, run_both(halves));
    pthread_barrier_destroy(&both_there);
    return best / (double)rounds;
}
