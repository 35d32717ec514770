/* SPDX-License-Identifier: MIT */
/* Counts of locks by thread.  Called for every acquisition and release while they are kept. */
#include "trace/stats_locks.h"

#include "base/hash.h"
#include "base/table.h"
#include "trace/records.h"

#include <stddef.h>

static struct records locks = RECORDS_OF(struct stats_lock);
static struct table counts = TABLE_OF(struct stats_count);
static struct table tallies = TABLE_OF(struct stats_tally);
static struct stats_tally *unused;

static uint64_t key_of(uint32_t lock_class, unsigned kind)
{
    return (uint64_t)(kind + 1) << 32 | lock_class;
}

static unsigned recent_of(uint64_t key)
{
    return hash_mix(key, 3) % STATS_RECENT;
}

/* ---- threads ---- */

struct stats_tally *stats_tally(uint32_t thread)
{
    struct stats_tally *tally = unused;

    if (tally != NULL) {
        unused = tally->next_unused;
    } else {
        uint32_t number = table_add(&tallies);

        tally = number == 0 ? NULL : table_at(&tallies, number);
    }
    if (tally != NULL)
        tally->thread = thread;
    return tally;
}

void stats_tally_end(struct stats_tally *tally)
{
    tally->thread = 0;
    tally->next_unused = unused;
    unused = tally;
}

/* ---- locks ---- */

static struct stats_lock *lock_of(uint32_t lock_class, unsigned kind)
{
    uint64_t key = key_of(lock_class, kind);
    struct stats_lock *lock = records_find(&locks, key);

    if (lock == NULL && (lock = records_make(&locks, key)) != NULL) {
        lock->lock_class = lock_class;
        lock->kind = (uint8_t)kind;
    }
    return lock;
}

/* A signal handler may look in between. */
static void remember(struct stats_tally *tally, unsigned recent, uint64_t key,
                     struct stats_count *count)
{
    tally->recent[recent].key = 0;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    tally->recent[recent].count = count;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    tally->recent[recent].key = key;
}

struct stats_count *stats_count_known(struct stats_tally *tally, uint32_t lock_class, unsigned kind)
{
    uint64_t key = key_of(lock_class, kind);
    unsigned recent = recent_of(key);

    if (__builtin_expect(tally->recent[recent].key != key, 0)) {
        uint32_t number = numbers_get(&tally->numbers, key);

        if (number == 0)
            return NULL;
        remember(tally, recent, key, table_at(&counts, number));
    }
    return tally->recent[recent].count;
}

static struct stats_count *add_count(struct stats_tally *tally, struct stats_lock *lock)
{
    uint32_t number = table_add(&counts);
    struct stats_count *count = number == 0 ? NULL : table_at(&counts, number);

    if (count == NULL ||
        !numbers_add(&tally->numbers, key_of(lock->lock_class, lock->kind), number))
        return NULL;
    count->next = lock->counts;
    __atomic_store_n(&lock->counts, count, __ATOMIC_RELEASE);
    return count;
}

struct stats_count *stats_count(struct stats_tally *tally, uint32_t lock_class, unsigned kind)
{
    struct stats_count *count = stats_count_known(tally, lock_class, kind);
    struct stats_lock *lock = count == NULL ? lock_of(lock_class, kind) : NULL;

    return lock == NULL ? count : add_count(tally, lock);
}

const struct stats_lock *stats_lock_at(uint32_t number)
{
    return records_at(&locks.table, number);
}

void stats_lock_sum(const struct stats_lock *lock, struct stats_count *sum)
{
    const struct stats_count *count = __atomic_load_n(&lock->counts, __ATOMIC_ACQUIRE);

    *sum = (struct stats_count){.next = NULL};
    for (; count != NULL; count = count->next) {
        sum->acquired += __atomic_load_n(&count->acquired, __ATOMIC_RELAXED);
        spread_merge(&sum->waits, &count->waits);
        spread_merge(&sum->holds, &count->holds);
    }
}

void stats_locks_forget(void)
{
    for (uint32_t number = 1; number < tallies.count; number++)
        numbers_clear(&((struct stats_tally *)table_at(&tallies, number))->numbers);
    records_clear(&locks);
    table_clear(&counts);
    table_clear(&tallies);
    unused = NULL;
}
