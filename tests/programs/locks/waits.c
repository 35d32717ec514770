/* SPDX-License-Identifier: MIT */
/*
 * Condition waits: the mutex is released inside and acquired again, while other locks that
 * the thread holds stay held.
 */
#include "cases.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_cond_t reply = PTHREAD_COND_INITIALIZER;
static sem_t has_mutex;
static int ready;

static void wait_forever(void)
{
    DO(pthread_cond_wait(&condition, &mutex));
}

static void wait_in_time(void)
{
    struct timespec limit = later(CLOCK_REALTIME);

    DO(pthread_cond_timedwait(&condition, &mutex, &limit));
}

static void wait_by_clock(void)
{
    struct timespec limit = later(CLOCK_MONOTONIC);

    DO(pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &limit));
}

static void (*wait_once)(void) = wait_forever;

static void choose_wait(void)
{
    if (strcmp(case_text, "timedwait") == 0)
        wait_once = wait_in_time;
    if (strcmp(case_text, "clockwait") == 0)
        wait_once = wait_by_clock;
}

static void wait_until_ready(void)
{
    post(&has_mutex);
    while (!ready)
        wait_once();
}

static void *make_ready(void *unused)
{
    await(&has_mutex);
    lock(&mutex);
    ready = 1;
    DO(pthread_cond_signal(&condition));
    unlock(&mutex);
    return unused;
}

static void wake(body *sleeper)
{
    pthread_t thread;

    choose_wait();
    DO(sem_init(&has_mutex, 0, 0));
    thread = start("sleeper", sleeper, NULL);
    run_alone("waker", make_ready, NULL);
    finish(thread);
}

/* Back from the wait the mutex is acquired with the other one held. */
static void *mutex_other_wait(void *unused)
{
    lock(&mutex);
    lock(&other);
    wait_until_ready();
    unlock(&other);
    unlock(&mutex);
    return unused;
}

static void inverted_by_wait(void)
{
    wake(mutex_other_wait);
}

static void *other_mutex_wait(void *unused)
{
    lock(&other);
    lock(&mutex);
    wait_until_ready();
    unlock(&mutex);
    unlock(&other);
    return unused;
}

static void nested_wait(void)
{
    wake(other_mutex_wait);
}

/* While it waits it doesn't hold the mutex: the order of others is not against it. */
static void *mutex_wait(void *unused)
{
    lock(&mutex);
    wait_until_ready();
    unlock(&mutex);
    return unused;
}

static void plain_wait(void)
{
    wake(mutex_wait);
    lock(&other);
    lock(&mutex);
    unlock(&mutex);
    unlock(&other);
}

/* ---- two threads that wake each other many times ---- */

static int ball;

static void play(int side, pthread_cond_t *mine, pthread_cond_t *theirs)
{
    for (int i = 0; i < 500; i++) {
        lock(&mutex);
        while (ball != side)
            DO(pthread_cond_wait(mine, &mutex));
        ball = !side;
        DO(pthread_cond_signal(theirs));
        unlock(&mutex);
        lock(&other);
        unlock(&other);
    }
}

static void *ping(void *unused)
{
    play(0, &condition, &reply);
    return unused;
}

static void *pong(void *unused)
{
    play(1, &reply, &condition);
    return unused;
}

static void ping_pong(void)
{
    pthread_t thread = start("ping", ping, NULL);

    pong(NULL);
    finish(thread);
}

/* ---- a wait that ends by its time limit has the mutex, too ---- */

static void time_is_up(void)
{
    struct timespec limit = past();

    lock(&mutex);
    RETURNS(ETIMEDOUT, pthread_cond_timedwait(&condition, &mutex, &limit));
    RETURNS(ETIMEDOUT, pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &limit));
    unlock(&mutex);
    lock(&mutex);
    unlock(&mutex);
}

/* A recursive mutex locked once is as good as any. */
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void recursive_wait(void)
{
    struct timespec limit = past();

    lock(&recursive);
    RETURNS(ETIMEDOUT, pthread_cond_timedwait(&condition, &recursive, &limit));
    lock(&recursive);
    unlock(&recursive);
    unlock(&recursive);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"inverted-by-wait", inverted_by_wait},
        {"nested-wait", nested_wait},
        {"plain-wait", plain_wait},
        {"ping-pong", ping_pong},
        {"time-is-up", time_is_up},
        {"recursive-wait", recursive_wait},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
