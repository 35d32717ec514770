/* SPDX-License-Identifier: MIT */
/*
 * What the programs of this folder share: `PROGRAM CASE [NUMBER | FILE]` runs one case of a
 * table and ends with 0, or says on stderr what a call returned that it should not have.
 *
 * Nothing here sleeps to wait for something: threads meet at semaphores, barriers and joins.
 */
#ifndef CASES_H
#define CASES_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A function that reports name: in the dynamic symbols (-rdynamic) and with a frame of its own. */
#define VISIBLE __attribute__((noinline, noclone, visibility("default")))

typedef void *body(void *);

struct test_case {
    const char *name;
    void (*run)(void);
};

/* What follows the name of the case. */
static const char *case_text = "";
static int case_number;

/* Ends the program unless the call returned that. */
#define RETURNS(value, call) expect_value(value, call, #call, __LINE__)
#define DO(call) RETURNS(0, call)

static inline void expect_value(int expected, int returned, const char *call, int line)
{
    if (returned == expected)
        return;
    fprintf(stderr, "line %d: %s returned %d (%s), not %d\n", line, call, returned,
            strerror(returned), expected);
    _exit(99);
}

static inline void lock(pthread_mutex_t *mutex)
{
    DO(pthread_mutex_lock(mutex));
}

static inline void unlock(pthread_mutex_t *mutex)
{
    DO(pthread_mutex_unlock(mutex));
}

static inline void post(sem_t *semaphore)
{
    DO(sem_post(semaphore));
}

static inline void await(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0)
        RETURNS(EINTR, errno);
}

/* Never ends, and is no lock. */
static inline void sleep_for_ever(void)
{
    for (;;)
        pause();
}

/* A thread gives itself its name before it does anything else. */
struct beginning {
    body *function;
    void *argument;
    char name[16];
};

static inline void *begin(void *argument)
{
    struct beginning beginning = *(struct beginning *)argument;

    free(argument);
    DO(pthread_setname_np(pthread_self(), beginning.name));
    return beginning.function(beginning.argument);
}

static inline pthread_t start(const char *name, body *function, void *argument)
{
    struct beginning *beginning = calloc(1, sizeof *beginning);
    pthread_t thread;

    if (beginning == NULL)
        abort();
    beginning->function = function;
    beginning->argument = argument;
    snprintf(beginning->name, sizeof beginning->name, "%s", name);
    DO(pthread_create(&thread, NULL, begin, beginning));
    return thread;
}

static inline void finish(pthread_t thread)
{
    DO(pthread_join(thread, NULL));
}

/* A thread that lives alone: it has ended before the next one is created. */
static inline void run_alone(const char *name, body *function, void *argument)
{
    finish(start(name, function, argument));
}

/* ---- two threads that both live while each does its part, one after the other ---- */

struct turns {
    body *first, *second;
    void *argument;
    sem_t first_is_done, second_is_done;
};

static inline void *first_turn(void *argument)
{
    struct turns *turns = argument;

    turns->first(turns->argument);
    post(&turns->first_is_done);
    await(&turns->second_is_done);
    return NULL;
}

static inline void *second_turn(void *argument)
{
    struct turns *turns = argument;

    await(&turns->first_is_done);
    turns->second(turns->argument);
    post(&turns->second_is_done);
    return NULL;
}

static inline void take_turns_with(body *first, body *second, void *argument)
{
    struct turns turns = {.first = first, .second = second, .argument = argument};
    pthread_t alice, bob;

    DO(sem_init(&turns.first_is_done, 0, 0));
    DO(sem_init(&turns.second_is_done, 0, 0));
    alice = start("alice", first_turn, &turns);
    bob = start("bob", second_turn, &turns);
    finish(alice);
    finish(bob);
}

static inline void take_turns(body *first, body *second)
{
    take_turns_with(first, second, NULL);
}

/* ---- time ---- */

static inline struct timespec in_milliseconds(clockid_t clock, long milliseconds)
{
    struct timespec moment;

    clock_gettime(clock, &moment);
    moment.tv_nsec += milliseconds * 1000000;
    moment.tv_sec += moment.tv_nsec / 1000000000;
    moment.tv_nsec %= 1000000000;
    return moment;
}

/* Far enough for anything that will happen, and a moment that is past. */
static inline struct timespec later(clockid_t clock)
{
    return in_milliseconds(clock, 60000);
}

static inline struct timespec past(void)
{
    return (struct timespec){.tv_sec = 1};
}

/* ---- the table ---- */

static inline int run_case(const struct test_case *cases, int argc, char **argv)
{
    if (argc > 2) {
        case_text = argv[2];
        case_number = atoi(argv[2]);
    }
    for (; argc > 1 && cases->name != NULL; cases++) {
        if (strcmp(cases->name, argv[1]) != 0)
            continue;
        cases->run();
        puts("done");
        return 0;
    }
    fprintf(stderr, "there is no such case\n");
    return 98;
}

#endif
