/* SPDX-License-Identifier: MIT */
/*
 * Each function that acquires a lock, in both orders of two locks: as the outer acquisition,
 * which counts as held, and as the inner one, which may wait.  Prints how many inversions
 * there were; each has places of its own.
 */
#include "cases.h"

#include <threads.h>

#define ALWAYS static inline __attribute__((always_inline))

static int inversions;

/* `initialise` returns 0, as all of them do. */
#define BOTH_ORDERS(function, type, initialise, outer, inner, release) \
    static void function(void)                                         \
    {                                                                  \
        type locks[2];                                                 \
                                                                       \
        for (int i = 0; i < 2; i++)                                    \
            DO(initialise(&locks[i]));                                 \
        for (int i = 0; i < 2; i++) {                                  \
            DO(outer(&locks[i]));                                      \
            DO(inner(&locks[!i]));                                     \
            DO(release(&locks[!i]));                                   \
            DO(release(&locks[i]));                                    \
        }                                                              \
        inversions++;                                                  \
    }

static struct timespec far, gone = {.tv_sec = 1};

/* ---- mutexes ---- */

static int mutex_of_type(pthread_mutex_t *mutex, int type, int robust, int protocol, int shared)
{
    pthread_mutexattr_t attributes;

    DO(pthread_mutexattr_init(&attributes));
    DO(pthread_mutexattr_settype(&attributes, type));
    DO(pthread_mutexattr_setrobust(&attributes, robust));
    DO(pthread_mutexattr_setprotocol(&attributes, protocol));
    DO(pthread_mutexattr_setpshared(&attributes, shared));
    DO(pthread_mutex_init(mutex, &attributes));
    return pthread_mutexattr_destroy(&attributes);
}

static int normal(pthread_mutex_t *mutex)
{
    return pthread_mutex_init(mutex, NULL);
}

static int recursive(pthread_mutex_t *mutex)
{
    return mutex_of_type(mutex, PTHREAD_MUTEX_RECURSIVE, 0, 0, 0);
}

static int error_checking(pthread_mutex_t *mutex)
{
    return mutex_of_type(mutex, PTHREAD_MUTEX_ERRORCHECK, 0, 0, 0);
}

static int adaptive(pthread_mutex_t *mutex)
{
    return mutex_of_type(mutex, PTHREAD_MUTEX_ADAPTIVE_NP, 0, 0, 0);
}

static int robust(pthread_mutex_t *mutex)
{
    return mutex_of_type(mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, 0, 0);
}

static int inheriting(pthread_mutex_t *mutex)
{
    return mutex_of_type(mutex, PTHREAD_MUTEX_NORMAL, 0, PTHREAD_PRIO_INHERIT, 0);
}

static int process_shared(pthread_mutex_t *mutex)
{
    return mutex_of_type(mutex, PTHREAD_MUTEX_NORMAL, 0, 0, PTHREAD_PROCESS_SHARED);
}

ALWAYS int timedlock(pthread_mutex_t *mutex)
{
    return pthread_mutex_timedlock(mutex, &far);
}

ALWAYS int clocklock(pthread_mutex_t *mutex)
{
    return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, &far);
}

#define MUTEXES(function, initialise, outer, inner) \
    BOTH_ORDERS(function, pthread_mutex_t, initialise, outer, inner, pthread_mutex_unlock)

MUTEXES(of_normal, normal, pthread_mutex_lock, pthread_mutex_lock)
MUTEXES(of_recursive, recursive, pthread_mutex_lock, pthread_mutex_lock)
MUTEXES(of_error_checking, error_checking, pthread_mutex_lock, pthread_mutex_lock)
MUTEXES(of_adaptive, adaptive, pthread_mutex_lock, pthread_mutex_lock)
MUTEXES(of_robust, robust, pthread_mutex_lock, pthread_mutex_lock)
MUTEXES(of_inheriting, inheriting, pthread_mutex_lock, pthread_mutex_lock)
MUTEXES(of_process_shared, process_shared, pthread_mutex_lock, pthread_mutex_lock)
MUTEXES(by_trylock, normal, pthread_mutex_trylock, pthread_mutex_lock)
MUTEXES(by_timedlock, normal, pthread_mutex_lock, timedlock)
MUTEXES(by_clocklock, normal, pthread_mutex_lock, clocklock)
MUTEXES(held_by_timedlock, normal, timedlock, pthread_mutex_lock)
MUTEXES(held_by_clocklock, normal, clocklock, pthread_mutex_lock)

static void mutexes(void)
{
    of_normal();
    of_recursive();
    of_error_checking();
    of_adaptive();
    of_robust();
    of_inheriting();
    of_process_shared();
    by_trylock();
    by_timedlock();
    by_clocklock();
    held_by_timedlock();
    held_by_clocklock();
}

/* ---- rwlocks ---- */

static int plain_rwlock(pthread_rwlock_t *rwlock)
{
    return pthread_rwlock_init(rwlock, NULL);
}

ALWAYS int timedrdlock(pthread_rwlock_t *rwlock)
{
    return pthread_rwlock_timedrdlock(rwlock, &far);
}

ALWAYS int clockrdlock(pthread_rwlock_t *rwlock)
{
    return pthread_rwlock_clockrdlock(rwlock, CLOCK_REALTIME, &far);
}

ALWAYS int timedwrlock(pthread_rwlock_t *rwlock)
{
    return pthread_rwlock_timedwrlock(rwlock, &far);
}

ALWAYS int clockwrlock(pthread_rwlock_t *rwlock)
{
    return pthread_rwlock_clockwrlock(rwlock, CLOCK_REALTIME, &far);
}

#define RWLOCKS(function, outer, inner) \
    BOTH_ORDERS(function, pthread_rwlock_t, plain_rwlock, outer, inner, pthread_rwlock_unlock)

RWLOCKS(by_wrlock, pthread_rwlock_wrlock, pthread_rwlock_wrlock)
RWLOCKS(by_rdlock, pthread_rwlock_wrlock, pthread_rwlock_rdlock)
RWLOCKS(by_timedrdlock, pthread_rwlock_wrlock, timedrdlock)
RWLOCKS(by_clockrdlock, pthread_rwlock_wrlock, clockrdlock)
RWLOCKS(by_timedwrlock, pthread_rwlock_wrlock, timedwrlock)
RWLOCKS(by_clockwrlock, pthread_rwlock_wrlock, clockwrlock)
RWLOCKS(held_by_rdlock, pthread_rwlock_rdlock, pthread_rwlock_wrlock)
RWLOCKS(held_by_tryrdlock, pthread_rwlock_tryrdlock, pthread_rwlock_wrlock)
RWLOCKS(held_by_trywrlock, pthread_rwlock_trywrlock, pthread_rwlock_wrlock)
RWLOCKS(held_by_timedrdlock, timedrdlock, pthread_rwlock_wrlock)
RWLOCKS(held_by_clockrdlock, clockrdlock, pthread_rwlock_wrlock)
RWLOCKS(held_by_timedwrlock, timedwrlock, pthread_rwlock_wrlock)
RWLOCKS(held_by_clockwrlock, clockwrlock, pthread_rwlock_wrlock)

static void rwlocks(void)
{
    by_wrlock();
    by_rdlock();
    by_timedrdlock();
    by_clockrdlock();
    by_timedwrlock();
    by_clockwrlock();
    held_by_rdlock();
    held_by_tryrdlock();
    held_by_trywrlock();
    held_by_timedrdlock();
    held_by_clockrdlock();
    held_by_timedwrlock();
    held_by_clockwrlock();
}

/* ---- spin locks ---- */

static int plain_spin(pthread_spinlock_t *spin)
{
    return pthread_spin_init(spin, PTHREAD_PROCESS_PRIVATE);
}

#define SPINS(function, outer)                                                      \
    BOTH_ORDERS(function, pthread_spinlock_t, plain_spin, outer, pthread_spin_lock, \
                pthread_spin_unlock)

SPINS(by_spin_lock, pthread_spin_lock)
SPINS(held_by_spin_trylock, pthread_spin_trylock)

static void spins(void)
{
    by_spin_lock();
    held_by_spin_trylock();
}

/* ---- C11 ---- */

static int timed_mtx(mtx_t *mtx)
{
    return mtx_init(mtx, mtx_timed);
}

static int recursive_mtx(mtx_t *mtx)
{
    return mtx_init(mtx, mtx_plain | mtx_recursive);
}

ALWAYS int mtx_timedlock_far(mtx_t *mtx)
{
    return mtx_timedlock(mtx, &far);
}

#define MTXES(function, initialise, outer, inner) \
    BOTH_ORDERS(function, mtx_t, initialise, outer, inner, mtx_unlock)

MTXES(by_mtx_lock, timed_mtx, mtx_lock, mtx_lock)
MTXES(by_recursive_mtx, recursive_mtx, mtx_lock, mtx_lock)
MTXES(by_mtx_timedlock, timed_mtx, mtx_lock, mtx_timedlock_far)
MTXES(held_by_mtx_trylock, timed_mtx, mtx_trylock, mtx_lock)
MTXES(held_by_mtx_timedlock, timed_mtx, mtx_timedlock_far, mtx_lock)

static void c11(void)
{
    by_mtx_lock();
    by_recursive_mtx();
    by_mtx_timedlock();
    held_by_mtx_trylock();
    held_by_mtx_timedlock();
}

/* ---- waits: the mutex is acquired again below the other ---- */

static void waited(pthread_cond_t *condition, clockid_t clock)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;

    lock(&mutex);
    lock(&other);
    if (clock == CLOCK_REALTIME)
        RETURNS(ETIMEDOUT, pthread_cond_timedwait(condition, &mutex, &gone));
    else
        RETURNS(ETIMEDOUT, pthread_cond_clockwait(condition, &mutex, clock, &gone));
    unlock(&other);
    unlock(&mutex);
    inversions++;
}

static void waited_by_cnd(void)
{
    mtx_t mtx, other;
    cnd_t cnd;

    DO(mtx_init(&mtx, mtx_plain));
    DO(mtx_init(&other, mtx_plain));
    DO(cnd_init(&cnd));
    DO(mtx_lock(&mtx));
    DO(mtx_lock(&other));
    RETURNS(thrd_timedout, cnd_timedwait(&cnd, &mtx, &gone));
    DO(mtx_unlock(&other));
    DO(mtx_unlock(&mtx));
    inversions++;
}

static void waits(void)
{
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

    waited(&condition, CLOCK_REALTIME);
    waited(&condition, CLOCK_MONOTONIC);
    waited_by_cnd();
}

/* ---- threads of C11 are threads ---- */

static mtx_t first, second;

static int first_then_second(void *unused)
{
    (void)unused;
    DO(mtx_lock(&first));
    DO(mtx_lock(&second));
    DO(mtx_unlock(&second));
    return mtx_unlock(&first);
}

static int second_then_first(void *unused)
{
    (void)unused;
    DO(mtx_lock(&second));
    DO(mtx_lock(&first));
    DO(mtx_unlock(&first));
    return mtx_unlock(&second);
}

static void c11_threads_in_a_row(void)
{
    thrd_t thread;

    DO(mtx_init(&first, mtx_plain));
    DO(mtx_init(&second, mtx_plain));
    DO(thrd_create(&thread, first_then_second, NULL));
    DO(thrd_join(thread, NULL));
    DO(thrd_create(&thread, second_then_first, NULL));
    DO(thrd_join(thread, NULL));
    inversions++;
}

/* ---- not locks ---- */

/* A semaphore held and given back by others, a barrier, in any order: nothing to say. */
static void semaphores_and_barriers(void)
{
    sem_t one, other;
    pthread_barrier_t barrier;

    DO(sem_init(&one, 0, 1));
    DO(sem_init(&other, 0, 1));
    DO(pthread_barrier_init(&barrier, NULL, 1));
    for (int i = 0; i < 2; i++) {
        await(i ? &one : &other);
        pthread_barrier_wait(&barrier);
        await(i ? &other : &one);
        post(&one);
        post(&other);
    }
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"mutexes", mutexes},
        {"rwlocks", rwlocks},
        {"spins", spins},
        {"c11", c11},
        {"waits", waits},
        {"c11-threads-in-a-row", c11_threads_in_a_row},
        {"semaphores-and-barriers", semaphores_and_barriers},
        {NULL, NULL},
    };
    int status;

    far = later(CLOCK_REALTIME);
    status = run_case(CASES, argc, argv);
    printf("%d\n", inversions);
    return status;
}
