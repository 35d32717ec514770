/* SPDX-License-Identifier: MIT */
/* What happened when an edge was made: kept while it is used. */
#include "unit.h"

#include "base/memory.h"
#include "locks/occurrence.h"

static struct thread thread;
static char locks[20];

static int begin(void **state)
{
    (void)state;
    occurrence_reset();
    thread = (struct thread){.tid = 77, .name = "worker"};
    return !held_make_room(&thread);
}

#define CASE_FROM_NOTHING(sentence, function) \
    {                                         \
        sentence, function, begin, NULL, NULL \
    }

static void hold(unsigned number)
{
    held_push(&thread,
              &(struct lock_request){
                  .address = &locks[number], .id = number + 1, .mode = LOCK_READ, .place = locks},
              1);
}

static uint32_t new_occurrence(void)
{
    return occurrence_new(&thread, &(struct lock_request){.address = &locks[19], .id = 20}, 5);
}

static void it_says_who_it_was_and_what_was_held(void **state)
{
    const struct occurrence *occurrence;

    (void)state;
    hold(1), hold(2);
    occurrence = occurrence_at(new_occurrence());
    assert_int_equal(occurrence->tid, 77);
    assert_string_equal(occurrence->thread_name, "worker");
    assert_int_equal(occurrence->stack, 5);
    assert_int_equal(occurrence->wanted.id, 20);
    assert_int_equal(occurrence->held_count, 2);
    assert_ptr_equal(occurrence->held[0].address, &locks[2]);
    assert_ptr_equal(occurrence->held[1].address, &locks[1]);
    assert_int_equal(occurrence->held[0].mode, LOCK_READ);
}

static void of_many_locks_the_latest_are_listed(void **state)
{
    const struct occurrence *occurrence;

    (void)state;
    for (unsigned i = 0; i < 12; i++)
        hold(i);
    occurrence = occurrence_at(new_occurrence());
    assert_int_equal(occurrence->held_count, 12);
    for (unsigned i = 0; i < OCCURRENCE_HELD; i++)
        assert_ptr_equal(occurrence->held[i].address, &locks[11 - i]);
}

static void what_another_thread_released_is_not_listed(void **state)
{
    (void)state;
    hold(1), hold(2);
    held_disown(&thread, &locks[1]);
    assert_int_equal(occurrence_at(new_occurrence())->held_count, 1);
}

static void it_is_used_again_once_nobody_uses_it(void **state)
{
    uint32_t first = new_occurrence(), second;

    (void)state;
    occurrence_use(first);
    occurrence_release(first);
    second = new_occurrence();
    assert_int_not_equal(second, first);
    occurrence_release(first);
    assert_int_equal(new_occurrence(), first);
    assert_int_equal(occurrence_at(first)->uses, 1);
    assert_int_equal(occurrence_at(second)->uses, 1);
}

static void occurrences_that_come_and_go_take_no_more_memory(void **state)
{
    size_t taken;

    (void)state;
    occurrence_release(new_occurrence());
    taken = memory_taken();
    for (unsigned i = 0; i < 100000; i++)
        occurrence_release(new_occurrence());
    assert_int_equal(memory_taken(), taken);
}

static void none_may_be_used_and_released(void **state)
{
    (void)state;
    occurrence_use(0);
    occurrence_release(0);
    assert_null(occurrence_at(0));
}

static void without_memory_there_is_none(void **state)
{
    uint32_t last = 1;

    (void)state;
    memory_bound(1);
    for (unsigned i = 0; i < 1000 && last != 0; i++)
        last = new_occurrence();
    memory_bound(0);
    assert_int_equal(last, 0);
    assert_int_not_equal(new_occurrence(), 0);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_FROM_NOTHING("it says who it was and what was held",
                          it_says_who_it_was_and_what_was_held),
        CASE_FROM_NOTHING("of many locks the latest are listed",
                          of_many_locks_the_latest_are_listed),
        CASE_FROM_NOTHING("what another thread released is not listed",
                          what_another_thread_released_is_not_listed),
        CASE_FROM_NOTHING("it is used again once nobody uses it",
                          it_is_used_again_once_nobody_uses_it),
        CASE_FROM_NOTHING("occurrences that come and go take no more memory",
                          occurrences_that_come_and_go_take_no_more_memory),
        CASE_FROM_NOTHING("none may be used and released", none_may_be_used_and_released),
        CASE_FROM_NOTHING("without memory there is none", without_memory_there_is_none),
    };

    return RUN_CASES(cases);
}
