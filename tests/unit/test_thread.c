/* SPDX-License-Identifier: MIT */
/* The locks that a thread holds, against an array that is as simple as can be. */
#include "unit.h"

#include "base/memory.h"
#include "locks/thread.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 5000, MOST = 300, ROUNDS = 200000 };

static struct thread thread;
static char locks[MANY]; /* whose addresses are those of locks */
static uint64_t seed = 1;

static uint32_t a_number(uint32_t bound)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 33) % bound;
}

static int begin(void **state)
{
    (void)state;
    thread = (struct thread){.number = 1};
    return !held_make_room(&thread);
}

#define CASE_OF_NEW_THREAD(sentence, function)  \
    {                                           \
        sentence, function, begin, NULL, NULL   \
    }

static struct lock_request request_for(const char *lock)
{
    return (struct lock_request){
        .address = lock, .id = (lock_id)(lock - locks) + 1, .place = lock};
}

/* As an acquisition does that is off the fast path. */
static void acquire(const char *lock)
{
    struct lock_request request = request_for(lock);

    if (thread.top + 1 == thread.end)
        assert_true(held_make_room(&thread));
    held_push(&thread, &request,
              held_chain(thread.top->chain, held_word(request.id, request.mode, request.wait)));
}

static void release(const char *lock)
{
    held_remove(&thread, held_find(&thread, lock));
}

/* What the chain of the locks that are held must be, from nothing. */
static uint64_t chain_from_nothing(void)
{
    uint64_t chain = 0;

    for (const struct held *entry = thread.base + 1; entry <= thread.top; entry++)
        chain = held_chain(chain, held_word(entry->id, entry->mode, entry->wait));
    return chain;
}

static void assert_held(const char *const *expected, size_t count)
{
    assert_int_equal(thread.top - thread.base, count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(thread.base[i + 1].address, expected[i]);
    assert_int_equal(thread.top->chain, chain_from_nothing());
}

static void a_new_thread_holds_nothing(void **state)
{
    (void)state;
    assert_false(held_any(&thread));
    assert_false(held_any_by_other(&thread, NULL));
    assert_null(held_find(&thread, locks));
    assert_null(held_by_other(&thread, locks));
    assert_int_equal(thread.top->chain, 0);
}

static void an_entry_says_how_the_lock_was_acquired(void **state)
{
    const struct lock_request request = {.address = locks,
                                         .id = 9,
                                         .place = locks + 5,
                                         .kind = LOCK_RWLOCK,
                                         .mode = LOCK_READ,
                                         .wait = LOCK_TIMED,
                                         .robust = true};
    (void)state;
    thread.top[1].waited_for = true; /* as an earlier one may have left it */
    thread.top[1].again = 7;
    held_push(&thread, &request, 77);
    const struct held *held = held_find(&thread, locks);
    assert_non_null(held);
    assert_int_equal(held->id, 9);
    assert_ptr_equal(held->place, locks + 5);
    assert_int_equal(held->kind, LOCK_RWLOCK);
    assert_int_equal(held->mode, LOCK_READ);
    assert_int_equal(held->wait, LOCK_TIMED);
    assert_int_equal(held->chain, 77);
    assert_int_equal(held->again, 0);
    assert_true(held->robust);
    assert_false(held->waited_for);
}

static void locks_are_released_in_any_order(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        acquire(&locks[i]);
    release(&locks[2]);
    assert_held((const char *[]){&locks[0], &locks[1], &locks[3], &locks[4]}, 4);
    release(&locks[0]);
    assert_held((const char *[]){&locks[1], &locks[3], &locks[4]}, 3);
    release(&locks[4]);
    assert_held((const char *[]){&locks[1], &locks[3]}, 2);
    held_pop(&thread);
    assert_held((const char *[]){&locks[1]}, 1);
    release(&locks[1]);
    assert_held(NULL, 0);
}

static void what_a_lock_was_acquired_as_stays_with_it_when_others_go(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        acquire(&locks[i]);
    thread.top->again = 4;
    thread.top->since = 123;
    thread.top->robust = true;
    release(&locks[0]);
    assert_int_equal(thread.top->again, 4);
    assert_int_equal(thread.top->since, 123);
    assert_true(thread.top->robust);
    assert_ptr_equal(thread.top->place, &locks[2]);
}

static void the_latest_of_several_entries_is_found(void **state)
{
    (void)state;
    acquire(&locks[1]);
    acquire(&locks[2]);
    acquire(&locks[1]);
    assert_ptr_equal(held_find(&thread, &locks[1]), thread.top);
}

static void thousands_of_locks_are_held_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < MANY; i++)
        acquire(&locks[i]);
    assert_int_equal(thread.top - thread.base, MANY);
    assert_int_equal(thread.top->chain, chain_from_nothing());
    for (int i = 0; i < MANY; i++)
        assert_non_null(held_find(&thread, &locks[i]));
    for (int i = 0; i < MANY; i++)
        held_pop(&thread);
    assert_false(held_any(&thread));
}

static void without_memory_there_is_no_more_room_and_nothing_is_lost(void **state)
{
    (void)state;
    while (thread.top + 1 < thread.end)
        acquire(&locks[thread.top - thread.base]);
    size_t held = (size_t)(thread.top - thread.base);
    memory_bound(1);
    assert_false(held_make_room(&thread));
    memory_bound(0);
    assert_int_equal(thread.top - thread.base, held);
    assert_non_null(held_find(&thread, &locks[0]));
    acquire(&locks[held]);
    assert_int_equal(thread.top - thread.base, held + 1);
}

static void it_seldom_has_to_grow(void **state)
{
    size_t growths = 0;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        const struct held *end = thread.end;

        acquire(&locks[i]);
        growths += thread.end != end;
    }
    assert_in_range(growths, 1, 10);
}

/* ---- chains ---- */

static void a_chain_stands_for_what_is_held_and_how_and_in_which_order(void **state)
{
    uint64_t one = held_word(1, LOCK_WRITE, LOCK_BLOCKS), two = held_word(2, LOCK_WRITE, LOCK_BLOCKS);

    (void)state;
    assert_int_not_equal(held_chain(0, one), held_chain(0, two));
    assert_int_not_equal(held_chain(held_chain(0, one), two), held_chain(held_chain(0, two), one));
    assert_int_not_equal(held_chain(0, one), held_chain(held_chain(0, one), one));
    assert_int_not_equal(held_word(1, LOCK_READ, LOCK_BLOCKS), one);
    assert_int_not_equal(held_word(1, LOCK_WRITE, LOCK_TIMED), one);
    assert_int_not_equal(held_word(1, LOCK_WRITE, LOCK_TRIES), one);
}

static void the_same_locks_by_another_way_are_the_same_chain(void **state)
{
    uint64_t chain;

    (void)state;
    acquire(&locks[1]);
    acquire(&locks[2]);
    chain = thread.top->chain;
    begin(NULL);
    for (int i = 0; i < 3; i++)
        acquire(&locks[i]);
    release(&locks[0]);
    assert_int_equal(thread.top->chain, chain);
}

static int compare(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

    return first < second ? -1 : first > second;
}

/* Tables of chains keep the upper 48 bits: those are what must not meet. */
static void a_million_chains_of_two_are_a_million(void **state)
{
    static uint64_t chains[1000 * 1000];
    size_t count = 0, equal = 0;

    (void)state;
    for (lock_id a = 1; a <= 1000; a++)
        for (lock_id b = 1; b <= 1000; b++)
            chains[count++] = held_chain(held_chain(0, held_word(a, LOCK_WRITE, LOCK_BLOCKS)),
                                         held_word(b, LOCK_WRITE, LOCK_BLOCKS)) >>
                              16;
    qsort(chains, count, sizeof chains[0], compare);
    for (size_t i = 1; i < count; i++)
        equal += chains[i] == chains[i - 1];
    assert_in_range(equal, 0, 1); /* 0.002 are to be expected */
}

/* ---- other threads' view ---- */

static void others_see_what_is_held_but_not_what_is_waited_for(void **state)
{
    (void)state;
    acquire(&locks[1]);
    acquire(&locks[2]);
    thread.top->waited_for = true;
    assert_ptr_equal(held_by_other(&thread, &locks[1]), thread.base + 1);
    assert_null(held_by_other(&thread, &locks[2]));
    assert_true(held_any_by_other(&thread, NULL));
    release(&locks[1]);
    assert_false(held_any_by_other(&thread, NULL));
}

static void what_another_thread_released_is_a_hole(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        acquire(&locks[i]);
    held_disown(&thread, &locks[1]);
    held_disown(&thread, &locks[9]);
    assert_null(held_find(&thread, &locks[1]));
    assert_null(held_by_other(&thread, &locks[1]));
    assert_non_null(held_find(&thread, &locks[0]));
    assert_ptr_equal(held_find(&thread, &locks[2]), thread.top);
}

static void holes_on_top_are_trimmed_and_others_wait_for_it(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        acquire(&locks[i]);
    held_disown(&thread, &locks[1]);
    held_disown(&thread, &locks[2]);
    held_trim(&thread);
    assert_int_equal(thread.top - thread.base, 4);
    release(&locks[3]);
    held_trim(&thread);
    assert_held((const char *[]){&locks[0]}, 1);
    held_disown(&thread, &locks[0]);
    assert_false(held_any_by_other(&thread, NULL));
    held_trim(&thread);
    assert_false(held_any(&thread));
}

static void a_hole_below_moves_along_when_a_lock_is_released(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        acquire(&locks[i]);
    held_disown(&thread, &locks[2]);
    release(&locks[0]);
    assert_held((const char *[]){&locks[1], NULL, &locks[3]}, 3);
}

/*
 * The two fields that say where the locks are can't be written at once.  Between them stands
 * nothing that may be read.
 */
static void a_thread_that_moves_to_a_larger_array_is_read_all_the_same(void **state)
{
    struct held *base = thread.base, *top, *larger;

    (void)state;
    for (int i = 0; i < 20; i++)
        acquire(&locks[i]);
    top = thread.top;
    assert_true(held_make_room(&thread));
    larger = thread.base;
    assert_ptr_not_equal(larger, base);
    thread.top = top; /* as it was before the move was over */
    assert_true(held_any_by_other(&thread, NULL));
    assert_non_null(held_by_other(&thread, &locks[0]));
    assert_null(held_by_other(&thread, &locks[20]));
    thread.base = base;
    thread.top = larger + (top - base);
    assert_non_null(held_by_other(&thread, &locks[0]));
    assert_null(held_by_other(&thread, &locks[20]));
}

/* ---- against a plain array ---- */

static const char *plain[MOST];
static size_t plain_count;

static void acquire_one(void)
{
    const char *lock = &locks[a_number(MANY)];

    if (plain_count == MOST || held_find(&thread, lock) != NULL)
        return;
    acquire(lock);
    plain[plain_count++] = lock;
}

static void release_one(void)
{
    size_t at;

    if (plain_count == 0)
        return;
    at = a_number(2) == 0 ? plain_count - 1 : a_number((uint32_t)plain_count);
    release(plain[at]);
    memmove(&plain[at], &plain[at + 1], (--plain_count - at) * sizeof plain[0]);
}

static void it_holds_what_a_plain_array_would(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        if (a_number(1000) < (round / 2000 % 2 == 0 ? 600 : 400))
            acquire_one();
        else
            release_one();
        if (round % 100 == 0)
            assert_held(plain, plain_count);
    }
    while (plain_count > 0)
        release_one();
    assert_held(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_OF_NEW_THREAD("a new thread holds nothing", a_new_thread_holds_nothing),
        CASE_OF_NEW_THREAD("an entry says how the lock was acquired",
                           an_entry_says_how_the_lock_was_acquired),
        CASE_OF_NEW_THREAD("locks are released in any order", locks_are_released_in_any_order),
        CASE_OF_NEW_THREAD("what a lock was acquired as stays with it when others go",
                           what_a_lock_was_acquired_as_stays_with_it_when_others_go),
        CASE_OF_NEW_THREAD("the latest of several entries is found",
                           the_latest_of_several_entries_is_found),
        CASE_OF_NEW_THREAD("thousands of locks are held at once",
                           thousands_of_locks_are_held_at_once),
        CASE_OF_NEW_THREAD("without memory there is no more room and nothing is lost",
                           without_memory_there_is_no_more_room_and_nothing_is_lost),
        CASE_OF_NEW_THREAD("it seldom has to grow", it_seldom_has_to_grow),
        CASE_OF_NEW_THREAD("a chain stands for what is held and how and in which order",
                           a_chain_stands_for_what_is_held_and_how_and_in_which_order),
        CASE_OF_NEW_THREAD("the same locks by another way are the same chain",
                           the_same_locks_by_another_way_are_the_same_chain),
        CASE_OF_NEW_THREAD("a million chains of two are a million",
                           a_million_chains_of_two_are_a_million),
        CASE_OF_NEW_THREAD("others see what is held but not what is waited for",
                           others_see_what_is_held_but_not_what_is_waited_for),
        CASE_OF_NEW_THREAD("what another thread released is a hole",
                           what_another_thread_released_is_a_hole),
        CASE_OF_NEW_THREAD("holes on top are trimmed and others wait for it",
                           holes_on_top_are_trimmed_and_others_wait_for_it),
        CASE_OF_NEW_THREAD("a hole below moves along when a lock is released",
                           a_hole_below_moves_along_when_a_lock_is_released),
        CASE_OF_NEW_THREAD("a thread that moves to a larger array is read all the same",
                           a_thread_that_moves_to_a_larger_array_is_read_all_the_same),
        CASE_OF_NEW_THREAD("it holds what a plain array would", it_holds_what_a_plain_array_would),
    };

    return RUN_CASES(cases);
}
