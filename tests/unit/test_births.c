/* SPDX-License-Identifier: MIT */
/* Where a script's locks were made, and which of them are signals. */
#include "locks/births.h"

#include "locks/identity.h"

#include "unit.h"

#include <pthread.h>
#include <stdlib.h>

static const void *lock_at(uintptr_t number)
{
    return (const void *)(0x7f0000000000 + number * 16);
}

static void unknown(void **state)
{
    (void)state;
    assert_int_equal(births_class(lock_at(1)), 0);
    assert_false(births_is_signal(lock_at(1)));
    births_forget(lock_at(1));
}

static void made_and_gone(void **state)
{
    (void)state;
    births_note(lock_at(2), 77);
    assert_int_equal(births_class(lock_at(2)), 77);
    assert_int_equal(births_class(lock_at(3)), 0);
    births_note(lock_at(2), 78);
    assert_int_equal(births_class(lock_at(2)), 78);
    births_forget(lock_at(2));
    assert_int_equal(births_class(lock_at(2)), 0);
}

static void signals(void **state)
{
    (void)state;
    births_note(lock_at(4), 5);
    births_mark_signal(lock_at(4));
    births_mark_signal(lock_at(5));
    assert_true(births_is_signal(lock_at(4)));
    assert_true(births_is_signal(lock_at(5)));
    assert_int_equal(births_class(lock_at(4)), 5);
    births_note(lock_at(4), 5);
    assert_false(births_is_signal(lock_at(4)));
}

static void classes_of_signals(void **state)
{
    uint32_t waiters = class_enter(ORIGIN_CREATED, "waiters"),
             others = class_enter(ORIGIN_CREATED, "others");

    (void)state;
    class_is(waiters, TRAIT_SIGNAL);
    births_note(lock_at(6), waiters);
    births_note(lock_at(7), others);
    assert_true(births_is_signal(lock_at(6)));
    assert_false(births_is_signal(lock_at(7)));
    assert_int_equal(class_at(waiters).traits, TRAIT_SIGNAL);
    assert_int_equal(class_at(others).traits, 0);
}

static void large_class(void **state)
{
    (void)state;
    births_note(lock_at(8), (1 << 19) - 1);
    assert_int_equal(births_class(lock_at(8)), (1 << 19) - 1);
    births_note(lock_at(8), 1 << 19);
    assert_int_equal(births_class(lock_at(8)), 0);
}

/* Some may be forgotten, but what is said of one is always about that one. */
static void very_many(void **state)
{
    enum { LOCKS = 400000 };
    unsigned known = 0;

    (void)state;
    for (uintptr_t i = 0; i < LOCKS; i++)
        births_note(lock_at(1000 + i), (uint32_t)(i % 1000 + 1));
    for (uintptr_t i = 0; i < LOCKS; i++) {
        uint32_t found = births_class(lock_at(1000 + i));

        assert_true(found == 0 || found == i % 1000 + 1);
        known += found != 0;
    }
    assert_true(known > 200000);
    assert_int_equal(births_class(lock_at(1000 + LOCKS - 1)), (LOCKS - 1) % 1000 + 1);
}

enum { THREADS = 4, EACH = 500 };

static void *note_every_fourth(void *first)
{
    for (uintptr_t i = 0; i < EACH; i++)
        births_note(lock_at((uintptr_t)first + i * THREADS), (uint32_t)i + 1);
    return NULL;
}

/* More than the small table has room for in some of its buckets. */
static void at_the_same_time(void **state)
{
    enum { FIRST = 800000 };
    pthread_t threads[THREADS];

    (void)state;
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, note_every_fourth, (void *)(FIRST + i));
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (uintptr_t i = 0; i < THREADS * EACH; i++)
        assert_int_equal(births_class(lock_at(FIRST + i)), i / THREADS + 1);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("nothing is known of a lock that was not seen", unknown),
        CASE("the class of a lock is known from its birth to its end", made_and_gone),
        CASE("a lock is a signal from the mark on, until another one is made there", signals),
        CASE("all locks of a class may be signals", classes_of_signals),
        CASE("a class that does not fit is not known", large_class),
        CASE("threads may note locks side by side", at_the_same_time),
        CASE("of very many locks some are forgotten, none is mistaken", very_many),
    };

    identity_start(1);
    return RUN_CASES(cases);
}
