/* SPDX-License-Identifier: MIT */
/*
 * Read-write locks in both orders: readers that pass each other, and those that can't.
 */
#include "cases.h"

static pthread_rwlock_t first = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t second = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t other_mutex = PTHREAD_MUTEX_INITIALIZER;

static void read_lock(pthread_rwlock_t *rwlock)
{
    DO(pthread_rwlock_rdlock(rwlock));
}

static void write_lock(pthread_rwlock_t *rwlock)
{
    DO(pthread_rwlock_wrlock(rwlock));
}

static void unlock_both(pthread_rwlock_t *inner, pthread_rwlock_t *outer)
{
    DO(pthread_rwlock_unlock(inner));
    DO(pthread_rwlock_unlock(outer));
}

static void *read_first_read_second(void *unused)
{
    read_lock(&first);
    read_lock(&second);
    unlock_both(&second, &first);
    return unused;
}

static void *read_second_read_first(void *unused)
{
    read_lock(&second);
    read_lock(&first);
    unlock_both(&first, &second);
    return unused;
}

static void *read_first_write_second(void *unused)
{
    read_lock(&first);
    write_lock(&second);
    unlock_both(&second, &first);
    return unused;
}

static void *read_second_write_first(void *unused)
{
    read_lock(&second);
    write_lock(&first);
    unlock_both(&first, &second);
    return unused;
}

static void *write_first_write_second(void *unused)
{
    write_lock(&first);
    write_lock(&second);
    unlock_both(&second, &first);
    return unused;
}

static void *write_second_write_first(void *unused)
{
    write_lock(&second);
    write_lock(&first);
    unlock_both(&first, &second);
    return unused;
}

static void *write_second_read_first(void *unused)
{
    write_lock(&second);
    read_lock(&first);
    unlock_both(&first, &second);
    return unused;
}

static void readers(void)
{
    take_turns(read_first_read_second, read_second_read_first);
}

static void writers(void)
{
    take_turns(write_first_write_second, write_second_write_first);
}

static void readers_who_write(void)
{
    take_turns(read_first_write_second, read_second_write_first);
}

/* The first is only read by both, so nobody waits for it. */
static void one_of_them_read_only(void)
{
    take_turns(read_first_write_second, read_second_read_first);
}

/* Holding the first for reading, one wants the second that the other has for writing. */
static void writer_reads_inside(void)
{
    take_turns(write_first_write_second, write_second_read_first);
}

/* Readers in both orders, and later a writer: a new mode of an order that is known. */
static void readers_then_writers(void)
{
    take_turns(read_first_read_second, read_second_read_first);
    take_turns(read_first_write_second, read_second_write_first);
}

/* ---- with a mutex ---- */

static void *mutex_then_read(void *unused)
{
    lock(&mutex);
    read_lock(&first);
    DO(pthread_rwlock_unlock(&first));
    unlock(&mutex);
    return unused;
}

static void *mutex_then_write(void *unused)
{
    lock(&mutex);
    write_lock(&first);
    DO(pthread_rwlock_unlock(&first));
    unlock(&mutex);
    return unused;
}

static void *read_then_mutex(void *unused)
{
    read_lock(&first);
    lock(&mutex);
    unlock(&mutex);
    DO(pthread_rwlock_unlock(&first));
    return unused;
}

static void mutex_and_reader(void)
{
    take_turns(mutex_then_read, read_then_mutex);
}

static void mutex_and_writer(void)
{
    take_turns(mutex_then_write, read_then_mutex);
}

/* ---- as a gate ---- */

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}

static void *forth_in_read_gate(void *unused)
{
    read_lock(&first);
    nest(&mutex, &other_mutex);
    DO(pthread_rwlock_unlock(&first));
    return unused;
}

static void *back_in_read_gate(void *unused)
{
    read_lock(&first);
    nest(&other_mutex, &mutex);
    DO(pthread_rwlock_unlock(&first));
    return unused;
}

static void *back_in_write_gate(void *unused)
{
    write_lock(&first);
    nest(&other_mutex, &mutex);
    DO(pthread_rwlock_unlock(&first));
    return unused;
}

static void *forth_in_write_gate(void *unused)
{
    write_lock(&first);
    nest(&mutex, &other_mutex);
    DO(pthread_rwlock_unlock(&first));
    return unused;
}

static void gate_read_by_both(void)
{
    take_turns(forth_in_read_gate, back_in_read_gate);
}

static void gate_written_by_one(void)
{
    take_turns(forth_in_read_gate, back_in_write_gate);
}

static void gate_written_by_both(void)
{
    take_turns(forth_in_write_gate, back_in_write_gate);
}

/* ---- again by the same thread ---- */

static void read_again(void)
{
    read_lock(&first);
    lock(&mutex);
    read_lock(&first);
    unlock_both(&first, &first);
    unlock(&mutex);
}

/* ---- those that let a writer in first ---- */

static void prefer_writers(void)
{
    pthread_rwlockattr_t attributes;

    DO(pthread_rwlockattr_init(&attributes));
    DO(pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP));
    DO(pthread_rwlock_init(&first, &attributes));
    DO(pthread_rwlock_init(&second, &attributes));
    DO(pthread_rwlockattr_destroy(&attributes));
}

static void *write_either(void *unused)
{
    write_lock(&first);
    DO(pthread_rwlock_unlock(&first));
    write_lock(&second);
    DO(pthread_rwlock_unlock(&second));
    return unused;
}

/* A writer who waits for each holds up the second read of both readers. */
static void readers_behind_writers(void)
{
    prefer_writers();
    run_alone("writer", write_either, NULL);
    take_turns(read_first_read_second, read_second_read_first);
}

static void readers_before_writers_in_order(void)
{
    prefer_writers();
    run_alone("writer", write_either, NULL);
    take_turns(read_first_read_second, read_first_read_second);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"readers", readers},
        {"writers", writers},
        {"readers-who-write", readers_who_write},
        {"one-of-them-read-only", one_of_them_read_only},
        {"writer-reads-inside", writer_reads_inside},
        {"readers-then-writers", readers_then_writers},
        {"mutex-and-reader", mutex_and_reader},
        {"mutex-and-writer", mutex_and_writer},
        {"gate-read-by-both", gate_read_by_both},
        {"gate-written-by-one", gate_written_by_one},
        {"gate-written-by-both", gate_written_by_both},
        {"read-again", read_again},
        {"readers-behind-writers", readers_behind_writers},
        {"readers-in-order", readers_before_writers_in_order},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
