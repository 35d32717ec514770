/* SPDX-License-Identifier: MIT */
/*
 * Every call of the family, in the states that matter: prints what it returned and what it
 * left in errno.  The output is compared with that of a run without the library.
 */
#include "cases.h"

#include <threads.h>

/* No call of the family is to touch errno. */
#define SAY(call)                                            \
    do {                                                     \
        int returned, left;                                  \
        errno = 77;                                          \
        returned = (call);                                   \
        left = errno;                                        \
        printf("%s: %d, errno %d\n", #call, returned, left); \
    } while (0)

static struct timespec gone = {.tv_sec = 1};
static struct timespec nonsense = {.tv_sec = 1, .tv_nsec = -1};
static struct timespec far;

/* Calls a function while another thread is at something. */
static void *call_it(void *function)
{
    ((void (*)(void))function)();
    return NULL;
}

static void elsewhere(void (*function)(void))
{
    run_alone("elsewhere", call_it, (void *)function);
}

/* ---- mutexes of a type ---- */

static pthread_mutex_t mutex;
static int type, robust, protocol, shared;

static void make_mutex(void)
{
    pthread_mutexattr_t attributes;

    SAY(pthread_mutexattr_init(&attributes));
    SAY(pthread_mutexattr_settype(&attributes, type));
    SAY(pthread_mutexattr_setrobust(&attributes, robust));
    SAY(pthread_mutexattr_setprotocol(&attributes, protocol));
    SAY(pthread_mutexattr_setpshared(&attributes, shared));
    SAY(pthread_mutex_init(&mutex, &attributes));
    SAY(pthread_mutexattr_destroy(&attributes));
}

static void mutex_is_held(void)
{
    SAY(pthread_mutex_trylock(&mutex));
    SAY(pthread_mutex_timedlock(&mutex, &gone));
    SAY(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &gone));
    SAY(pthread_mutex_clocklock(&mutex, CLOCK_REALTIME, &gone));
    SAY(pthread_mutex_clocklock(&mutex, CLOCK_PROCESS_CPUTIME_ID, &gone));
    SAY(pthread_mutex_destroy(&mutex));
    /* The owner must be known for an error; otherwise it would be given back. */
    if (type != PTHREAD_MUTEX_NORMAL && type != PTHREAD_MUTEX_ADAPTIVE_NP)
        SAY(pthread_mutex_unlock(&mutex));
}

static void mutex_again(void)
{
    SAY(pthread_mutex_trylock(&mutex));
    SAY(pthread_mutex_timedlock(&mutex, &gone));
    if (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK)
        SAY(pthread_mutex_lock(&mutex));
    while (type == PTHREAD_MUTEX_RECURSIVE && pthread_mutex_unlock(&mutex) == 0)
        puts("unlocked");
    if (type == PTHREAD_MUTEX_RECURSIVE)
        SAY(pthread_mutex_lock(&mutex));
}

static void mutex_all(void)
{
    make_mutex();
    SAY(pthread_mutex_lock(&mutex));
    elsewhere(mutex_is_held);
    mutex_again();
    SAY(pthread_mutex_unlock(&mutex));
    SAY(pthread_mutex_trylock(&mutex));
    SAY(pthread_mutex_unlock(&mutex));
    SAY(pthread_mutex_timedlock(&mutex, &far));
    SAY(pthread_mutex_unlock(&mutex));
    SAY(pthread_mutex_timedlock(&mutex, &gone));
    SAY(pthread_mutex_unlock(&mutex));
    SAY(pthread_mutex_clocklock(&mutex, CLOCK_REALTIME, &far));
    SAY(pthread_mutex_unlock(&mutex));
    SAY(pthread_mutex_consistent(&mutex));
    if (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK)
        SAY(pthread_mutex_unlock(&mutex));
    SAY(pthread_mutex_destroy(&mutex));
}

static void mutex_types(void)
{
    for (type = PTHREAD_MUTEX_NORMAL; type <= PTHREAD_MUTEX_ADAPTIVE_NP; type++)
        mutex_all();
    for (type = PTHREAD_MUTEX_NORMAL; type <= PTHREAD_MUTEX_ERRORCHECK; type++) {
        shared = PTHREAD_PROCESS_SHARED;
        mutex_all();
        robust = PTHREAD_MUTEX_ROBUST;
        mutex_all();
        protocol = PTHREAD_PRIO_INHERIT;
        mutex_all();
        shared = PTHREAD_PROCESS_PRIVATE;
        robust = PTHREAD_MUTEX_STALLED;
        mutex_all();
        protocol = PTHREAD_PRIO_NONE;
    }
}

/* ---- a robust mutex whose owner ends ---- */

static void lock_and_end(void)
{
    SAY(pthread_mutex_lock(&mutex));
}

static void robust_mutex(void)
{
    type = PTHREAD_MUTEX_NORMAL;
    robust = PTHREAD_MUTEX_ROBUST;
    make_mutex();
    elsewhere(lock_and_end);
    SAY(pthread_mutex_lock(&mutex));
    SAY(pthread_mutex_consistent(&mutex));
    SAY(pthread_mutex_consistent(&mutex));
    SAY(pthread_mutex_unlock(&mutex));
    elsewhere(lock_and_end);
    SAY(pthread_mutex_trylock(&mutex));
    SAY(pthread_mutex_consistent(&mutex));
    SAY(pthread_mutex_unlock(&mutex));
    elsewhere(lock_and_end);
    SAY(pthread_mutex_timedlock(&mutex, &far));
    SAY(pthread_mutex_unlock(&mutex));
    SAY(pthread_mutex_lock(&mutex));
    SAY(pthread_mutex_trylock(&mutex));
    SAY(pthread_mutex_destroy(&mutex));
}

/* ---- rwlocks ---- */

static pthread_rwlock_t rwlock;

static void rwlock_is_read(void)
{
    SAY(pthread_rwlock_trywrlock(&rwlock));
    SAY(pthread_rwlock_timedwrlock(&rwlock, &gone));
    SAY(pthread_rwlock_clockwrlock(&rwlock, CLOCK_MONOTONIC, &gone));
    SAY(pthread_rwlock_tryrdlock(&rwlock));
    SAY(pthread_rwlock_unlock(&rwlock));
}

static void rwlock_is_written(void)
{
    SAY(pthread_rwlock_tryrdlock(&rwlock));
    SAY(pthread_rwlock_trywrlock(&rwlock));
    SAY(pthread_rwlock_timedrdlock(&rwlock, &gone));
    SAY(pthread_rwlock_timedwrlock(&rwlock, &gone));
    SAY(pthread_rwlock_clockrdlock(&rwlock, CLOCK_REALTIME, &gone));
    SAY(pthread_rwlock_clockwrlock(&rwlock, CLOCK_REALTIME, &gone));
    SAY(pthread_rwlock_clockwrlock(&rwlock, CLOCK_PROCESS_CPUTIME_ID, &gone));
    SAY(pthread_rwlock_timedrdlock(&rwlock, &nonsense));
}

static void rwlock_read(void)
{
    SAY(pthread_rwlock_rdlock(&rwlock));
    SAY(pthread_rwlock_tryrdlock(&rwlock));
    SAY(pthread_rwlock_timedrdlock(&rwlock, &far));
    SAY(pthread_rwlock_clockrdlock(&rwlock, CLOCK_REALTIME, &far));
    elsewhere(rwlock_is_read);
    SAY(pthread_rwlock_trywrlock(&rwlock));
    for (int i = 0; i < 4; i++)
        SAY(pthread_rwlock_unlock(&rwlock));
}

static void rwlock_write(void)
{
    SAY(pthread_rwlock_wrlock(&rwlock));
    elsewhere(rwlock_is_written);
    SAY(pthread_rwlock_wrlock(&rwlock));
    SAY(pthread_rwlock_rdlock(&rwlock));
    SAY(pthread_rwlock_unlock(&rwlock));
    SAY(pthread_rwlock_trywrlock(&rwlock));
    SAY(pthread_rwlock_unlock(&rwlock));
    SAY(pthread_rwlock_timedwrlock(&rwlock, &far));
    SAY(pthread_rwlock_unlock(&rwlock));
    SAY(pthread_rwlock_clockwrlock(&rwlock, CLOCK_REALTIME, &far));
    SAY(pthread_rwlock_unlock(&rwlock));
}

static void rwlocks(void)
{
    pthread_rwlockattr_t attributes;

    for (int kind = 0; kind < 3; kind++) {
        SAY(pthread_rwlockattr_init(&attributes));
        SAY(pthread_rwlockattr_setkind_np(&attributes, kind));
        SAY(pthread_rwlock_init(&rwlock, &attributes));
        SAY(pthread_rwlockattr_destroy(&attributes));
        rwlock_read();
        rwlock_write();
        SAY(pthread_rwlock_destroy(&rwlock));
    }
}

/* ---- spin locks and barriers ---- */

static void spins(void)
{
    pthread_spinlock_t spin;

    SAY(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE));
    SAY(pthread_spin_lock(&spin));
    SAY(pthread_spin_trylock(&spin));
    SAY(pthread_spin_unlock(&spin));
    SAY(pthread_spin_trylock(&spin));
    SAY(pthread_spin_unlock(&spin));
    SAY(pthread_spin_destroy(&spin));
}

static void barriers(void)
{
    pthread_barrier_t barrier;

    SAY(pthread_barrier_init(&barrier, NULL, 0));
    SAY(pthread_barrier_init(&barrier, NULL, 1));
    SAY(pthread_barrier_wait(&barrier));
    SAY(pthread_barrier_wait(&barrier));
    SAY(pthread_barrier_destroy(&barrier));
}

/* ---- conditions ---- */

static void conditions(void)
{
    pthread_cond_t condition;
    pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

    SAY(pthread_cond_init(&condition, NULL));
    SAY(pthread_cond_signal(&condition));
    SAY(pthread_cond_broadcast(&condition));
    SAY(pthread_mutex_lock(&normal));
    SAY(pthread_cond_timedwait(&condition, &normal, &gone));
    SAY(pthread_cond_timedwait(&condition, &normal, &nonsense));
    SAY(pthread_cond_clockwait(&condition, &normal, CLOCK_MONOTONIC, &gone));
    SAY(pthread_cond_clockwait(&condition, &normal, CLOCK_PROCESS_CPUTIME_ID, &gone));
    SAY(pthread_mutex_unlock(&normal));
    SAY(pthread_cond_timedwait(&condition, &checking, &gone));
    SAY(pthread_cond_wait(&condition, &checking));
    SAY(pthread_cond_destroy(&condition));
}

/* ---- C11 ---- */

static void c11_mutex(int kind)
{
    mtx_t mtx;

    SAY(mtx_init(&mtx, kind));
    SAY(mtx_lock(&mtx));
    SAY(mtx_trylock(&mtx));
    if (kind & mtx_recursive)
        SAY(mtx_unlock(&mtx));
    SAY(mtx_unlock(&mtx));
    SAY(mtx_trylock(&mtx));
    SAY(mtx_unlock(&mtx));
    SAY(mtx_timedlock(&mtx, &far));
    if (!(kind & mtx_recursive))
        SAY(mtx_timedlock(&mtx, &gone));
    SAY(mtx_unlock(&mtx));
    mtx_destroy(&mtx);
}

static void c11_condition(void)
{
    mtx_t mtx;
    cnd_t cnd;

    SAY(mtx_init(&mtx, mtx_plain));
    SAY(cnd_init(&cnd));
    SAY(mtx_lock(&mtx));
    SAY(cnd_timedwait(&cnd, &mtx, &gone));
    SAY(cnd_signal(&cnd));
    SAY(cnd_broadcast(&cnd));
    SAY(mtx_unlock(&mtx));
    cnd_destroy(&cnd);
    mtx_destroy(&mtx);
}

static int end_with(void *result)
{
    if (*(int *)result == 6)
        thrd_exit(6);
    return *(int *)result;
}

static void c11_thread(int result)
{
    thrd_t thread;
    int got = -1;

    SAY(thrd_create(&thread, end_with, &result));
    SAY(thrd_join(thread, &got));
    printf("ended with %d\n", got);
}

static void c11(void)
{
    for (int kind = 0; kind < 4; kind++)
        c11_mutex(kind);
    SAY(mtx_init((mtx_t *)&mutex, 99));
    c11_condition();
    c11_thread(5);
    c11_thread(6);
}

/* ---- threads ---- */

static sem_t may_end;

static void *end_when_told(void *result)
{
    await(&may_end);
    return result;
}

static void *exit_at_once(void *result)
{
    pthread_exit(result);
}

static void joins(void)
{
    pthread_t thread;
    void *result = NULL;

    SAY(pthread_create(&thread, NULL, end_when_told, &mutex));
    SAY(pthread_tryjoin_np(thread, &result));
    SAY(pthread_timedjoin_np(thread, &result, &gone));
    SAY(pthread_clockjoin_np(thread, &result, CLOCK_MONOTONIC, &gone));
    post(&may_end);
    SAY(pthread_join(thread, &result));
    printf("the result is %s\n", result == &mutex ? "right" : "wrong");
    SAY(pthread_create(&thread, NULL, exit_at_once, &rwlock));
    SAY(pthread_timedjoin_np(thread, &result, &far));
    printf("the result is %s\n", result == &rwlock ? "right" : "wrong");
    SAY(pthread_create(&thread, NULL, end_when_told, NULL));
    post(&may_end);
    SAY(pthread_clockjoin_np(thread, NULL, CLOCK_REALTIME, &far));
    SAY(pthread_join(pthread_self(), NULL));
}

static void detached(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    char name[16] = "";

    SAY(pthread_create(&thread, NULL, end_when_told, NULL));
    SAY(pthread_detach(thread));
    SAY(pthread_detach(thread));
    SAY(pthread_join(thread, NULL));
    SAY(pthread_setname_np(thread, "a name"));
    SAY(pthread_setname_np(thread, "a name that is far too long"));
    SAY(pthread_getname_np(thread, name, sizeof name));
    printf("named %s\n", name);
    post(&may_end);
    SAY(pthread_attr_init(&attributes));
    SAY(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED));
    SAY(pthread_create(&thread, &attributes, end_when_told, NULL));
    post(&may_end);
    SAY(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_JOINABLE));
    SAY(pthread_attr_setstacksize(&attributes, (size_t)1 << 46));
    SAY(pthread_create(&thread, &attributes, end_when_told, NULL));
    SAY(pthread_attr_destroy(&attributes));
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"mutexes", mutex_types},
        {"robust", robust_mutex},
        {"rwlocks", rwlocks},
        {"spins", spins},
        {"barriers", barriers},
        {"conditions", conditions},
        {"c11", c11},
        {"joins", joins},
        {"detached", detached},
        {NULL, NULL},
    };

    far = later(CLOCK_REALTIME);
    DO(sem_init(&may_end, 0, 0));
    return run_case(CASES, argc, argv);
}
