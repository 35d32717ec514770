/* SPDX-License-Identifier: MIT */
/* Which lock instance it is: tags, the table of locks without tags, classes. */
#include "unit.h"

#include "base/memory.h"
#include "locks/identity.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, ROUNDS = 3000, MANY = 100000 };

static struct thread thread, another;

/* A lock with room for a tag. */
struct tagged {
    lock_id id;
    uintptr_t check;
};

static struct tag tag_of(struct tagged *lock)
{
    return (struct tag){&lock->id, &lock->check};
}

static lock_id claim(struct tagged *lock)
{
    const struct tag tag = tag_of(lock);

    return tag_claim(&tag, lock, &thread, 0);
}

static lock_id read_tag(struct tagged *lock)
{
    const struct tag tag = tag_of(lock);

    return tag_read(&tag, lock);
}

/* ---- tags ---- */

static void a_lock_that_was_never_seen_has_no_id(void **state)
{
    struct tagged lock = {0, 0}, garbage = {5, 6};

    (void)state;
    assert_int_equal(read_tag(&lock), 0);
    assert_int_equal(read_tag(&garbage), 0);
}

static void a_claimed_lock_keeps_its_id(void **state)
{
    struct tagged lock = {0, 0};
    lock_id id = claim(&lock);

    (void)state;
    assert_int_not_equal(id, 0);
    assert_int_equal(read_tag(&lock), id);
    assert_int_equal(claim(&lock), id);
    assert_int_equal(class_of(id), 0);
}

static void a_made_lock_has_an_id_of_its_class(void **state)
{
    struct tagged lock = {0, 0};
    const struct tag tag = tag_of(&lock);
    lock_id id = tag_make(&tag, &lock, &thread, 77);

    (void)state;
    assert_int_equal(read_tag(&lock), id);
    assert_int_equal(class_of(id), 77);
    lock_id again = tag_make(&tag, &lock, &thread, 78);
    assert_int_not_equal(again, id);
    assert_int_equal(read_tag(&lock), again);
}

static void a_lock_that_is_initialised_anew_is_another(void **state)
{
    struct tagged lock = {0, 0};
    lock_id before = claim(&lock);

    (void)state;
    memset(&lock, 0, sizeof lock);
    assert_int_equal(read_tag(&lock), 0);
    assert_int_not_equal(claim(&lock), before);
}

static void a_copy_is_another_lock(void **state)
{
    struct tagged lock = {0, 0}, copy;
    lock_id id = claim(&lock), other;

    (void)state;
    copy = lock;
    assert_int_equal(read_tag(&copy), 0);
    other = claim(&copy);
    assert_int_not_equal(other, id);
    assert_int_equal(read_tag(&copy), other);
    assert_int_equal(read_tag(&lock), id);
    lock = copy;
    assert_int_equal(read_tag(&lock), 0);
}

static void a_wiped_tag_is_none(void **state)
{
    struct tagged lock = {0, 0};
    const struct tag tag = tag_of(&lock);

    (void)state;
    claim(&lock);
    tag_wipe(&tag);
    assert_int_equal(read_tag(&lock), 0);
    assert_int_equal(lock.id, 0);
}

static void no_id_is_given_twice(void **state)
{
    struct tagged locks[2] = {{0, 0}, {0, 0}};
    const struct tag tags[2] = {tag_of(&locks[0]), tag_of(&locks[1])};
    lock_id *ids = calloc(2 * MANY, sizeof *ids);
    size_t used = 0;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        ids[used++] = tag_make(&tags[0], &locks[0], &thread, 0);
        ids[used++] = tag_make(&tags[1], &locks[1], &another, 0);
    }
    assert_int_not_equal(ids[0], 0);
    /* Those of one thread ascend, and so two rows can be compared like a merge. */
    for (size_t i = 2; i < used; i++)
        if (ids[i] <= ids[i - 2])
            fail_msg("%u", (unsigned)i);
    for (size_t i = 0, j = 1; i < used && j < used;) {
        assert_int_not_equal(ids[i], ids[j]);
        if (ids[i] < ids[j])
            i += 2;
        else
            j += 2;
    }
    free(ids);
}

struct race {
    struct tagged lock;
    pthread_barrier_t begin;
    lock_id seen[THREADS][ROUNDS];
};

struct racer {
    struct race *race;
    int number;
    struct thread thread;
    pthread_t handle;
};

static void *claim_at_once(void *argument)
{
    struct racer *racer = argument;
    struct race *race = racer->race;
    const struct tag tag = tag_of(&race->lock);

    for (int round = 0; round < ROUNDS; round++) {
        pthread_barrier_wait(&race->begin);
        race->seen[racer->number][round] = tag_claim(&tag, &race->lock, &racer->thread, 0);
        if (pthread_barrier_wait(&race->begin) == PTHREAD_BARRIER_SERIAL_THREAD) {
            /* As it may be found: new, wiped in part, or a copy of another lock. */
            race->lock = round % 3 == 0   ? (struct tagged){0, 0}
                         : round % 3 == 1 ? (struct tagged){race->lock.id, 12345}
                                          : (struct tagged){0, race->lock.check};
        }
        pthread_barrier_wait(&race->begin);
    }
    return NULL;
}

static void threads_that_claim_a_lock_at_once_get_one_id(void **state)
{
    static struct race race;
    static struct racer racers[THREADS];

    (void)state;
    pthread_barrier_init(&race.begin, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.race = &race, .number = i};
        assert_int_equal(
            pthread_create(&racers[i].handle, NULL, claim_at_once, &racers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(racers[i].handle, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        assert_int_not_equal(race.seen[0][round], 0);
        for (int i = 1; i < THREADS; i++)
            if (race.seen[i][round] != race.seen[0][round])
                fail_msg("two ids in round %d", round);
    }
    pthread_barrier_destroy(&race.begin);
}

/* ---- locks without tags ---- */

static char untagged[MANY + 1];

static void a_lock_without_a_tag_is_found_by_its_address(void **state)
{
    lock_id one = identity_enter(&untagged[1], &thread, 5), other;

    (void)state;
    other = identity_enter(&untagged[2], &thread, 6);
    assert_int_not_equal(one, other);
    assert_int_equal(identity_find(&untagged[1]), one);
    assert_int_equal(identity_find(&untagged[2]), other);
    assert_int_equal(identity_find(&untagged[3]), 0);
    assert_int_equal(class_of(one), 5);
    identity_drop(&untagged[1]);
    identity_drop(&untagged[1]);
    identity_drop(&untagged[3]);
    assert_int_equal(identity_find(&untagged[1]), 0);
    assert_int_equal(identity_find(&untagged[2]), other);
    identity_drop(&untagged[2]);
}

static void a_lock_that_is_entered_again_is_another(void **state)
{
    lock_id before = identity_enter(&untagged[1], &thread, 0);
    lock_id after = identity_enter(&untagged[1], &thread, 0);

    (void)state;
    assert_int_not_equal(before, after);
    assert_int_equal(identity_find(&untagged[1]), after);
    identity_drop(&untagged[1]);
    assert_int_equal(identity_find(&untagged[1]), 0);
}

static void locks_that_come_and_go_take_no_more_memory(void **state)
{
    size_t settled = 0;

    (void)state;
    for (int round = 0; round < 1000000; round++) {
        identity_enter(&untagged[round % MANY], &thread, 0);
        identity_drop(&untagged[(round + MANY - 50) % MANY]);
        if (round == 1000)
            settled = memory_taken();
    }
    assert_int_equal(memory_taken(), settled);
    for (int i = 0; i < MANY; i++)
        identity_drop(&untagged[i]);
}

static void locks_without_tags_are_as_many_as_there_is_memory(void **state)
{
    static lock_id ids[MANY];

    (void)state;
    for (int i = 0; i < MANY; i++)
        ids[i] = identity_enter(&untagged[i], &thread, 0);
    for (int i = 0; i < MANY; i += 3)
        identity_drop(&untagged[i]);
    for (int i = 0; i < MANY; i++)
        if (identity_find(&untagged[i]) != (i % 3 == 0 ? 0 : ids[i]))
            fail_msg("lock %d", i);
    for (int i = 0; i < MANY; i++)
        identity_drop(&untagged[i]);
}

static const void *address(int i)
{
    return (const char *)0x10000000 + i;
}

static void without_memory_a_lock_has_no_id(void **state)
{
    int i = 0;

    (void)state;
    memory_bound(1);
    while (i < 100 * MANY && identity_enter(address(i), &thread, 0) != 0)
        i++;
    memory_bound(0);
    assert_in_range(i, 1, 100 * MANY - 1);
    assert_int_equal(identity_find(address(i)), 0);
    assert_int_not_equal(identity_find(address(i - 1)), 0);
    assert_int_not_equal(identity_enter(address(i), &thread, 0), 0);
    for (; i >= 0; i--)
        identity_drop(address(i));
}

/* One thread enters and drops locks of its own while others look for theirs. */
static lock_id lasting[1000];
static bool is_over;

static void *find_lasting(void *argument)
{
    uintptr_t wrong = 0;

    (void)argument;
    while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE))
        for (int i = 0; i < 1000; i++)
            wrong += identity_find(&untagged[i]) != lasting[i];
    return (void *)wrong;
}

static void a_lock_is_found_whatever_comes_and_goes(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < 1000; i++)
        lasting[i] = identity_enter(&untagged[i], &thread, 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, find_lasting, NULL), 0);
    for (int i = 1000; i < MANY; i++) {
        identity_enter(&untagged[i], &thread, 0);
        if (i >= 3000)
            identity_drop(&untagged[i - 2000]);
    }
    __atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

/* ---- classes ---- */

static void a_class_is_an_origin_and_an_address(void **state)
{
    uint32_t class = class_enter(ORIGIN_INITIALISED, &untagged[5]);
    struct lock_class found = class_at(class);

    (void)state;
    assert_int_not_equal(class, 0);
    assert_int_equal(found.origin, ORIGIN_INITIALISED);
    assert_ptr_equal(found.address, &untagged[5]);
    assert_int_equal(class_enter(ORIGIN_INITIALISED, &untagged[5]), class);
    assert_int_equal(class_find(ORIGIN_INITIALISED, &untagged[5]), class);
    assert_int_not_equal(class_enter(ORIGIN_STATIC, &untagged[5]), class);
    assert_int_equal(class_find(ORIGIN_ACQUIRED, &untagged[5]), 0);
    assert_int_equal(class_at(0).origin, ORIGIN_UNKNOWN);
    assert_int_equal(class_at(10000000).origin, ORIGIN_UNKNOWN);
}

static void classes_of_one_hash_are_told_apart(void **state)
{
    static uint32_t numbers[30000];

    (void)state;
    for (int i = 0; i < 30000; i++)
        numbers[i] = class_enter(ORIGIN_STATIC, &untagged[i]);
    for (int i = 0; i < 30000; i += 7) {
        assert_ptr_equal(class_at(numbers[i]).address, &untagged[i]);
        assert_int_equal(class_enter(ORIGIN_STATIC, &untagged[i]), numbers[i]);
        assert_int_equal(class_find(ORIGIN_STATIC, &untagged[i]), numbers[i]);
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a lock that was never seen has no id", a_lock_that_was_never_seen_has_no_id),
        CASE("a claimed lock keeps its id", a_claimed_lock_keeps_its_id),
        CASE("a made lock has an id of its class", a_made_lock_has_an_id_of_its_class),
        CASE("a lock that is initialised anew is another",
             a_lock_that_is_initialised_anew_is_another),
        CASE("a copy is another lock", a_copy_is_another_lock),
        CASE("a wiped tag is none", a_wiped_tag_is_none),
        CASE("no id is given twice", no_id_is_given_twice),
        CASE("threads that claim a lock at once get one id",
             threads_that_claim_a_lock_at_once_get_one_id),
        CASE("a lock without a tag is found by its address",
             a_lock_without_a_tag_is_found_by_its_address),
        CASE("a lock that is entered again is another", a_lock_that_is_entered_again_is_another),
        CASE("locks that come and go take no more memory",
             locks_that_come_and_go_take_no_more_memory),
        CASE("locks without tags are as many as there is memory",
             locks_without_tags_are_as_many_as_there_is_memory),
        CASE("without memory a lock has no id", without_memory_a_lock_has_no_id),
        CASE("a lock is found whatever comes and goes", a_lock_is_found_whatever_comes_and_goes),
        CASE("a class is an origin and an address", a_class_is_an_origin_and_an_address),
        CASE("classes of one hash are told apart", classes_of_one_hash_are_told_apart),
    };

    identity_start(12345);
    return RUN_CASES(cases);
}
