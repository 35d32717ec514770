/* SPDX-License-Identifier: MIT */
/*
 * What objects linked against an old glibc bind to: the conditions of GLIBC_2.2.5, whose
 * memory is laid out otherwise, and the names with two underscores.
 */
#include "cases.h"

#ifdef __x86_64__
#define OLD(name) __asm__(".symver " #name "," #name "@GLIBC_2.2.5")
/* Another name here than that of the header, so that only this program's calls are old. */
#define OLD_AS(mine, name) __asm__(".symver " #mine "," #name "@GLIBC_2.2.5")

OLD_AS(old_cond_init, pthread_cond_init);
OLD_AS(old_cond_destroy, pthread_cond_destroy);
OLD_AS(old_cond_signal, pthread_cond_signal);
OLD_AS(old_cond_broadcast, pthread_cond_broadcast);
OLD_AS(old_cond_wait, pthread_cond_wait);
OLD_AS(old_cond_timedwait, pthread_cond_timedwait);
OLD(__pthread_mutex_init);
OLD(__pthread_mutex_destroy);
OLD(__pthread_mutex_lock);
OLD(__pthread_mutex_trylock);
OLD(__pthread_mutex_unlock);
OLD(__pthread_rwlock_init);
OLD(__pthread_rwlock_destroy);
OLD(__pthread_rwlock_rdlock);
OLD(__pthread_rwlock_wrlock);
OLD(__pthread_rwlock_tryrdlock);
OLD(__pthread_rwlock_trywrlock);
OLD(__pthread_rwlock_unlock);

int old_cond_init(pthread_cond_t *, const pthread_condattr_t *);
int old_cond_destroy(pthread_cond_t *);
int old_cond_signal(pthread_cond_t *);
int old_cond_broadcast(pthread_cond_t *);
int old_cond_wait(pthread_cond_t *, pthread_mutex_t *);
int old_cond_timedwait(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
int __pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int __pthread_mutex_destroy(pthread_mutex_t *);
int __pthread_mutex_lock(pthread_mutex_t *);
int __pthread_mutex_trylock(pthread_mutex_t *);
int __pthread_mutex_unlock(pthread_mutex_t *);
int __pthread_rwlock_init(pthread_rwlock_t *, const pthread_rwlockattr_t *);
int __pthread_rwlock_destroy(pthread_rwlock_t *);
int __pthread_rwlock_rdlock(pthread_rwlock_t *);
int __pthread_rwlock_wrlock(pthread_rwlock_t *);
int __pthread_rwlock_tryrdlock(pthread_rwlock_t *);
int __pthread_rwlock_trywrlock(pthread_rwlock_t *);
int __pthread_rwlock_unlock(pthread_rwlock_t *);

static pthread_mutex_t mutex, other;
static pthread_rwlock_t rwlock;

/* An old condition is one pointer; what lies behind it must stay as it is. */
static struct {
    void *condition;
    unsigned char behind[sizeof(pthread_cond_t)];
} old, old_reply;

#define CONDITION(of) ((pthread_cond_t *)(void *)&(of).condition)

static int turn;

static void play(int side)
{
    for (int i = 0; i < 200; i++) {
        DO(__pthread_mutex_lock(&mutex));
        while (turn != side)
            DO(old_cond_wait(CONDITION(old), &mutex));
        turn = !side;
        DO(i % 2 ? old_cond_signal(CONDITION(old)) : old_cond_broadcast(CONDITION(old)));
        DO(__pthread_mutex_unlock(&mutex));
    }
}

static void *play_other_side(void *unused)
{
    play(1);
    return unused;
}

static void expect_untouched(void)
{
    for (size_t i = 0; i < sizeof old.behind; i++)
        if (old.behind[i] != 0 || old_reply.behind[i] != 0)
            puts("the memory behind an old condition was written");
}

/* The new names mixed with the old, as when only a library is old. */
static void conditions(void)
{
    struct timespec limit = past();
    pthread_t thread;

    DO(old_cond_init(CONDITION(old), NULL));
    thread = start("other side", play_other_side, NULL);
    play(0);
    finish(thread);
    lock(&mutex);
    RETURNS(ETIMEDOUT, old_cond_timedwait(CONDITION(old), &mutex, &limit));
    RETURNS(ETIMEDOUT, old_cond_timedwait(CONDITION(old_reply), &mutex, &limit));
    unlock(&mutex);
    DO(old_cond_destroy(CONDITION(old)));
    DO(old_cond_destroy(CONDITION(old_reply)));
    expect_untouched();
}

static void inverted_by_wait(void)
{
    struct timespec limit = past();

    lock(&mutex);
    lock(&other);
    RETURNS(ETIMEDOUT, old_cond_timedwait(CONDITION(old), &mutex, &limit));
    unlock(&other);
    unlock(&mutex);
}

static void underscores(void)
{
    DO(__pthread_mutex_init(&mutex, NULL));
    DO(__pthread_mutex_lock(&mutex));
    RETURNS(EBUSY, __pthread_mutex_trylock(&mutex));
    RETURNS(EBUSY, pthread_mutex_trylock(&mutex));
    unlock(&mutex);
    DO(__pthread_mutex_trylock(&mutex));
    DO(__pthread_mutex_unlock(&mutex));
    lock(&mutex);
    DO(__pthread_mutex_unlock(&mutex));
    DO(__pthread_mutex_destroy(&mutex));
    DO(__pthread_rwlock_init(&rwlock, NULL));
    DO(__pthread_rwlock_rdlock(&rwlock));
    DO(__pthread_rwlock_tryrdlock(&rwlock));
    RETURNS(EBUSY, __pthread_rwlock_trywrlock(&rwlock));
    DO(__pthread_rwlock_unlock(&rwlock));
    DO(pthread_rwlock_unlock(&rwlock));
    DO(__pthread_rwlock_wrlock(&rwlock));
    RETURNS(EBUSY, __pthread_rwlock_tryrdlock(&rwlock));
    DO(__pthread_rwlock_unlock(&rwlock));
    DO(__pthread_rwlock_destroy(&rwlock));
}

static void underscores_inverted(void)
{
    DO(__pthread_mutex_lock(&mutex));
    DO(__pthread_mutex_lock(&other));
    DO(__pthread_mutex_unlock(&other));
    DO(__pthread_mutex_unlock(&mutex));
    DO(__pthread_mutex_lock(&other));
    DO(__pthread_mutex_lock(&mutex));
    DO(__pthread_mutex_unlock(&mutex));
    DO(__pthread_mutex_unlock(&other));
}

static void rwlocks_inverted(void)
{
    DO(__pthread_mutex_lock(&mutex));
    DO(__pthread_rwlock_wrlock(&rwlock));
    DO(__pthread_rwlock_unlock(&rwlock));
    DO(__pthread_mutex_unlock(&mutex));
    DO(__pthread_rwlock_rdlock(&rwlock));
    DO(__pthread_mutex_lock(&mutex));
    DO(__pthread_mutex_unlock(&mutex));
    DO(__pthread_rwlock_unlock(&rwlock));
}

static const struct test_case CASES[] = {
    {"conditions", conditions},
    {"inverted-by-wait", inverted_by_wait},
    {"underscores", underscores},
    {"underscores-inverted", underscores_inverted},
    {"rwlocks-inverted", rwlocks_inverted},
    {NULL, NULL},
};
#else
static const struct test_case CASES[] = {{NULL, NULL}};
#endif

int main(int argc, char **argv)
{
    return run_case(CASES, argc, argv);
}
