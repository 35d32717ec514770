/* SPDX-License-Identifier: MIT */
/*
 * The wait-for graph as plain data: threads that never ran, with what they hold and wait for
 * written into their records.
 */
#include "unit.h"

#include "base/memory.h"
#include "locks/threads.h"
#include "locks/waits.h"

#include <time.h>

enum { MANY = 1000 };

static struct {
    uint64_t aligned;
} locks[MANY * 2]; /* whose addresses are those of locks */
static struct thread *t[MANY];

static const void *lock(unsigned number)
{
    return &locks[number];
}

/* As many threads, that hold nothing and run. */
static void enter(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        t[i] = threads_enter((pid_t)(100 + i), (uintptr_t)(i + 1) << 23);
        assert_non_null(t[i]);
        t[i]->joinable = true;
    }
}

static int end_all(void **state)
{
    struct thread *thread;

    (void)state;
    while ((thread = threads_next(NULL)) != NULL) {
        thread->top = thread->base;
        threads_end(thread);
        threads_let_go(thread);
    }
    return 0;
}

#define CASE_ENDING_ALL(sentence, function)     \
    {                                           \
        sentence, function, NULL, end_all, NULL \
    }

static void hold_as(unsigned thread, unsigned number, enum lock_mode mode)
{
    if (t[thread]->top + 1 == t[thread]->end)
        assert_true(held_make_room(t[thread]));
    held_push(t[thread], &(struct lock_request){.address = lock(number), .id = 1, .mode = mode}, 1);
}

static void hold(unsigned thread, unsigned number)
{
    hold_as(thread, number, LOCK_WRITE);
}

static void want_as(unsigned thread, unsigned number, enum lock_mode mode)
{
    t[thread]->acquiring =
        thread_wants(&(struct lock_request){.address = lock(number), .mode = mode});
}

static void want(unsigned thread, unsigned number)
{
    want_as(thread, number, LOCK_WRITE);
}

static void join(unsigned thread, unsigned other)
{
    t[thread]->joining = t[other];
}

/* It waits for the lock of its interpreter, with which it will go on to what else it waits for. */
static void want_interpreter(unsigned thread, unsigned number)
{
    t[thread]->wanted_interpreter = lock(number);
}

/* What the last thread finds when it is about to block. */
static struct waits *find(unsigned thread, const struct lock_request *wanted, struct thread *owner)
{
    if (wanted->address != NULL)
        t[thread]->acquiring = thread_wants(wanted);
    return waits_find(t[thread], wanted, owner);
}

static struct waits *find_wanting(unsigned thread, unsigned number)
{
    return find(thread, &(struct lock_request){.address = lock(number)}, NULL);
}

static struct waits *find_reading(unsigned thread, unsigned number, bool readers_block)
{
    return find(thread,
                &(struct lock_request){
                    .address = lock(number), .mode = LOCK_READ, .readers_block = readers_block},
                NULL);
}

static struct waits *find_joining(unsigned thread, unsigned other)
{
    join(thread, other);
    return find(thread, &(struct lock_request){.address = NULL}, t[other]);
}

static void assert_none(struct waits *waits)
{
    assert_null(waits);
}

/* A cycle of these threads, in this order, that is still one at a second look. */
static void assert_cycle(struct waits *waits, const unsigned *threads, unsigned length)
{
    assert_non_null(waits);
    assert_int_equal(waits->length, length);
    assert_null(waits->ended);
    for (unsigned i = 0; i < length; i++)
        assert_ptr_equal(waits->waiters[i].thread, t[threads[i]]);
    assert_true(waits_hold(waits));
    waits_free(waits);
}

#define ASSERT_CYCLE(waits, ...)                         \
    assert_cycle(waits, (const unsigned[]){__VA_ARGS__}, \
                 sizeof((const unsigned[]){__VA_ARGS__}) / sizeof(unsigned))

/* ---- mutexes ---- */

static void two_threads_that_want_each_others_lock_are_a_cycle(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1), want(1, 0);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

static void the_owner_may_be_known_already(void **state)
{
    const struct lock_request wanted = {.address = lock(1)};

    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1), want(1, 0);
    ASSERT_CYCLE(find(0, &wanted, t[1]), 0, 1);
}

static void an_owner_that_runs_is_no_cycle(void **state)
{
    const struct lock_request wanted = {.address = lock(1)};

    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1);
    assert_none(find(0, &wanted, t[1]));
    assert_none(find_wanting(0, 1));
}

static void cycles_of_3_and_10_threads_are_found(void **state)
{
    (void)state;
    enter(13);
    for (unsigned i = 0; i < 3; i++)
        hold(i, i), want(i, (i + 1) % 3);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1, 2);
    for (unsigned i = 0; i < 10; i++)
        hold(3 + i, 10 + i), want(3 + i, 10 + (i + 1) % 10);
    ASSERT_CYCLE(find_wanting(7, 15), 7, 8, 9, 10, 11, 12, 3, 4, 5, 6);
}

static void a_cycle_of_a_thousand_threads_is_found(void **state)
{
    (void)state;
    enter(MANY);
    for (unsigned i = 0; i < MANY; i++)
        hold(i, i), want(i, (i + 1) % MANY);
    struct waits *waits = find_wanting(5, 6);
    assert_non_null(waits);
    assert_int_equal(waits->length, MANY);
    assert_true(waits_hold(waits));
    waits_free(waits);
}

/* Nobody in a chain that ends with a running thread waits for ever. */
static void a_chain_to_a_thread_that_runs_is_none(void **state)
{
    (void)state;
    enter(5);
    for (unsigned i = 0; i < 5; i++)
        hold(i, i);
    for (unsigned i = 0; i < 4; i++)
        want(i, i + 1);
    assert_none(find_wanting(0, 1));
}

/* It is told by the thread that closed it. */
static void a_cycle_that_leads_not_back_to_the_asking_thread_is_left_to_others(void **state)
{
    (void)state;
    enter(3);
    hold(0, 0), hold(1, 1), hold(2, 2);
    want(1, 2), want(2, 1);
    assert_none(find_wanting(0, 1));
}

static void what_is_below_other_locks_blocks_too(void **state)
{
    (void)state;
    enter(2);
    for (unsigned i = 0; i < 100; i++)
        hold(0, i), hold(1, 100 + i);
    want(1, 3);
    ASSERT_CYCLE(find_wanting(0, 107), 0, 1);
}

static void a_timed_acquisition_is_no_wait(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1);
    assert_null(t[1]->acquiring); /* what wrappers leave it at for timed ones */
    assert_none(find_wanting(0, 1));
}

static void a_mutex_that_a_condition_wait_gave_up_blocks_nobody(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1);
    t[1]->top->waited_for = true;
    want(1, 0);
    assert_none(find_wanting(0, 1));
}

static void a_thread_that_waits_to_have_its_condition_mutex_back_is_part_of_a_cycle(void **state)
{
    (void)state;
    enter(2);
    hold(1, 1), hold(1, 2);
    t[1]->top->waited_for = true; /* it holds 1, and waits for 2 after the wait */
    want(1, 2);
    hold(0, 2);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

/* ---- readers and writers ---- */

static void a_writer_waits_for_each_reader(void **state)
{
    (void)state;
    enter(5);
    hold(0, 0);
    for (unsigned i = 1; i < 5; i++)
        hold_as(i, 1, LOCK_READ);
    assert_none(find_wanting(0, 1));
    want(3, 0);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 3);
}

static void of_several_readers_that_wait_only_one_need_lead_back(void **state)
{
    (void)state;
    enter(7);
    hold(0, 0);
    for (unsigned i = 1; i < 5; i++) {
        hold_as(i, 1, LOCK_READ);
        want(i, 10 + i);
    }
    hold(5, 11), hold(5, 12), hold(5, 14); /* thread 5 runs */
    hold(6, 13), want(6, 0);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 3, 6);
}

static void a_reader_waits_for_a_writer_but_not_for_readers(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0);
    hold_as(1, 1, LOCK_READ), want(1, 0);
    assert_none(find_reading(0, 1, false));
    t[1]->top->mode = LOCK_WRITE;
    ASSERT_CYCLE(find_reading(0, 1, false), 0, 1);
}

static void two_readers_that_want_to_write_are_a_cycle(void **state)
{
    (void)state;
    enter(2);
    hold_as(0, 1, LOCK_READ), hold_as(1, 1, LOCK_READ);
    want(1, 1);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

static void a_reader_behind_a_waiting_writer_blocks_where_writers_come_first(void **state)
{
    (void)state;
    enter(2);
    hold_as(0, 1, LOCK_READ);
    want(1, 1); /* until thread 0 gives its read lock back */
    assert_none(find_reading(0, 1, false));
    ASSERT_CYCLE(find_reading(0, 1, true), 0, 1);
}

static void another_reader_that_waits_keeps_no_reader_out(void **state)
{
    (void)state;
    enter(2);
    hold_as(0, 1, LOCK_READ);
    want_as(1, 1, LOCK_READ);
    assert_none(find_reading(0, 1, true));
}

/* The reader that a writer keeps out is not the thread that blocks last. */
static void a_reader_behind_a_waiting_writer_may_be_anywhere_in_a_cycle(void **state)
{
    (void)state;
    enter(3);
    hold_as(0, 1, LOCK_READ);
    want(1, 1);
    hold(2, 2);
    assert_none(find_reading(2, 1, true));
    want_as(2, 1, LOCK_READ);
    assert_none(find_wanting(0, 2));
    t[2]->acquiring = thread_wants(
        &(struct lock_request){.address = lock(1), .mode = LOCK_READ, .readers_block = true});
    ASSERT_CYCLE(find_wanting(0, 2), 0, 2, 1);
}

/* ---- joins ---- */

static void threads_that_join_each_other_are_a_cycle(void **state)
{
    (void)state;
    enter(3);
    join(1, 2), join(2, 0);
    ASSERT_CYCLE(find_joining(0, 1), 0, 1, 2);
}

static void a_join_of_a_thread_that_wants_a_held_lock_is_a_cycle(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), want(1, 0);
    ASSERT_CYCLE(find_joining(0, 1), 0, 1);
}

static void a_lock_of_a_thread_that_joins_is_a_cycle(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), join(0, 1);
    ASSERT_CYCLE(find_wanting(1, 0), 1, 0);
}

static void a_join_of_a_thread_that_runs_or_ended_is_none(void **state)
{
    (void)state;
    enter(3);
    hold(0, 0);
    assert_none(find_joining(0, 1));
    threads_end(t[2]);
    assert_none(find_joining(0, 2));
}

static void a_join_of_a_thread_that_joins_one_that_ended_is_none(void **state)
{
    (void)state;
    enter(3);
    threads_end(t[2]);
    join(1, 2);
    assert_none(find_joining(0, 1));
}

/* ---- holders that are no more ---- */

static void assert_ended(struct waits *waits, unsigned length, unsigned ended)
{
    assert_non_null(waits);
    assert_int_equal(waits->length, length);
    assert_ptr_equal(waits->ended, t[ended]);
    assert_true(waits_hold(waits));
    waits_free(waits);
}

static void a_lock_of_a_thread_that_ended_is_waited_for_in_vain(void **state)
{
    (void)state;
    enter(2);
    hold(1, 1);
    threads_end(t[1]);
    assert_ended(find_wanting(0, 1), 1, 1);
}

static void a_lock_whose_holder_lives_in_the_parent_process_only_is_too(void **state)
{
    (void)state;
    enter(2);
    hold(1, 1);
    t[1]->state = THREAD_MISSING;
    assert_ended(find_wanting(0, 1), 1, 1);
}

static void a_chain_may_lead_to_a_thread_that_ended(void **state)
{
    (void)state;
    enter(4);
    hold(1, 1), want(1, 2), hold(2, 2), want(2, 3), hold(3, 3);
    threads_end(t[3]);
    assert_ended(find_wanting(0, 1), 3, 3);
}

static void one_reader_that_ended_keeps_a_writer_out(void **state)
{
    (void)state;
    enter(4);
    for (unsigned i = 1; i < 4; i++)
        hold_as(i, 1, LOCK_READ);
    threads_end(t[2]);
    assert_ended(find_wanting(0, 1), 1, 2);
    assert_none(find_reading(0, 1, false));
}

static void a_robust_lock_of_a_thread_that_ended_is_handed_on(void **state)
{
    (void)state;
    enter(2);
    hold(1, 1);
    t[1]->top->robust = true;
    assert_none(find_wanting(0, 1));
    threads_end(t[1]);
    assert_none(find_wanting(0, 1));
}

static void a_robust_lock_of_a_thread_that_waits_blocks(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1);
    t[1]->top->robust = true;
    want(1, 0);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

/* ---- what the lock of the interpreter is waited for on the way to ---- */

static void a_lock_behind_that_of_the_interpreter_is_waited_for_as_well(void **state)
{
    (void)state;
    enter(3);
    hold(0, 0), hold(1, 1), want(1, 0), want_interpreter(1, 9);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
    hold(2, 9); /* and goes on */
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

static void so_is_the_end_of_a_thread(void **state)
{
    (void)state;
    enter(2);
    hold(1, 1), join(1, 0), want_interpreter(1, 9);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

static void the_lock_of_the_interpreter_may_be_what_leads_back(void **state)
{
    (void)state;
    enter(3);
    hold(0, 9), hold(1, 1), want(1, 5), hold(2, 5), want_interpreter(1, 9);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

static void a_thread_that_waits_for_the_interpreter_only_goes_on(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1), want_interpreter(1, 9);
    assert_none(find_wanting(0, 1));
}

static void a_cycle_stays_one_when_the_interpreter_is_had(void **state)
{
    struct waits *waits;

    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1), want(1, 0), want_interpreter(1, 9);
    waits = find_wanting(0, 1);
    assert_non_null(waits);
    t[1]->wanted_interpreter = NULL;
    assert_true(waits_hold(waits));
    t[1]->acquiring = NULL;
    assert_false(waits_hold(waits));
    waits_free(waits);
}

/* ---- a second look ---- */

static void what_was_a_cycle_is_none_when_one_thread_goes_on(void **state)
{
    struct waits *waits;

    (void)state;
    enter(3);
    for (unsigned i = 0; i < 3; i++)
        hold(i, i), want(i, (i + 1) % 3);
    waits = find_wanting(0, 1);
    assert_non_null(waits);
    t[2]->acquiring = NULL;
    assert_false(waits_hold(waits));
    want(2, 5);
    assert_false(waits_hold(waits));
    want(2, 0);
    assert_true(waits_hold(waits));
    held_pop(t[1]);
    assert_false(waits_hold(waits));
    hold(1, 1);
    held_pop(t[0]);
    assert_false(waits_hold(waits));
    waits_free(waits);
}

static void what_was_a_cycle_is_none_when_a_join_is_over(void **state)
{
    struct waits *waits;

    (void)state;
    enter(3);
    join(1, 2), join(2, 0);
    waits = find_joining(0, 1);
    assert_non_null(waits);
    t[1]->joining = NULL;
    assert_false(waits_hold(waits));
    join(1, 0); /* another one, which is not what was found */
    assert_false(waits_hold(waits));
    waits_free(waits);
}

/* ---- bounds ---- */

/* Layers of threads that each want what all of the next layer read: paths without number. */
static void layers_of_readers(unsigned layers, unsigned wide)
{
    for (unsigned layer = 0; layer < layers; layer++)
        for (unsigned i = 0; i < wide; i++) {
            hold_as(1 + layer * wide + i, 10 + layer, LOCK_READ);
            if (layer + 1 < layers)
                want(1 + layer * wide + i, 10 + layer + 1);
        }
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void paths_without_number_are_not_walked_one_by_one(void **state)
{
    double begin = seconds();

    (void)state;
    enter(101);
    hold(0, 0);
    layers_of_readers(10, 10);
    assert_none(find_wanting(0, 10));
    assert_true(seconds() - begin < 1);
}

static void a_cycle_behind_paths_without_number_is_found(void **state)
{
    (void)state;
    enter(102);
    hold(0, 0);
    layers_of_readers(10, 10);
    hold_as(101, 10, LOCK_READ), want(101, 0);
    struct waits *waits = find_wanting(0, 10);
    assert_non_null(waits);
    assert_int_equal(waits->length, 2);
    waits_free(waits);
}

static void without_memory_nothing_is_found(void **state)
{
    (void)state;
    enter(2);
    hold(0, 0), hold(1, 1), want(1, 0);
    memory_bound(1);
    assert_none(find_wanting(0, 1));
    memory_bound(0);
    ASSERT_CYCLE(find_wanting(0, 1), 0, 1);
}

static void a_search_gives_its_memory_back(void **state)
{
    size_t before;

    (void)state;
    enter(3);
    hold(0, 0), hold(1, 1), want(1, 0), hold(2, 2), want(2, 1);
    before = memory_taken();
    assert_none(find_wanting(2, 1));
    waits_free(find_wanting(0, 1));
    waits_free(NULL);
    assert_int_equal(memory_taken(), before);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_ENDING_ALL("two threads that want each other's lock are a cycle",
                        two_threads_that_want_each_others_lock_are_a_cycle),
        CASE_ENDING_ALL("the owner may be known already", the_owner_may_be_known_already),
        CASE_ENDING_ALL("an owner that runs is no cycle", an_owner_that_runs_is_no_cycle),
        CASE_ENDING_ALL("cycles of 3 and 10 threads are found",
                        cycles_of_3_and_10_threads_are_found),
        CASE_ENDING_ALL("a cycle of a thousand threads is found",
                        a_cycle_of_a_thousand_threads_is_found),
        CASE_ENDING_ALL("a chain to a thread that runs is none",
                        a_chain_to_a_thread_that_runs_is_none),
        CASE_ENDING_ALL("a cycle that leads not back to the asking thread is left to others",
                        a_cycle_that_leads_not_back_to_the_asking_thread_is_left_to_others),
        CASE_ENDING_ALL("what is below other locks blocks too",
                        what_is_below_other_locks_blocks_too),
        CASE_ENDING_ALL("a timed acquisition is no wait", a_timed_acquisition_is_no_wait),
        CASE_ENDING_ALL("a mutex that a condition wait gave up blocks nobody",
                        a_mutex_that_a_condition_wait_gave_up_blocks_nobody),
        CASE_ENDING_ALL("a thread that waits to have its condition mutex back is part of a cycle",
                        a_thread_that_waits_to_have_its_condition_mutex_back_is_part_of_a_cycle),
        CASE_ENDING_ALL("a writer waits for each reader", a_writer_waits_for_each_reader),
        CASE_ENDING_ALL("of several readers that wait only one need lead back",
                        of_several_readers_that_wait_only_one_need_lead_back),
        CASE_ENDING_ALL("a reader waits for a writer but not for readers",
                        a_reader_waits_for_a_writer_but_not_for_readers),
        CASE_ENDING_ALL("two readers that want to write are a cycle",
                        two_readers_that_want_to_write_are_a_cycle),
        CASE_ENDING_ALL("a reader behind a waiting writer blocks where writers come first",
                        a_reader_behind_a_waiting_writer_blocks_where_writers_come_first),
        CASE_ENDING_ALL("another reader that waits keeps no reader out",
                        another_reader_that_waits_keeps_no_reader_out),
        CASE_ENDING_ALL("a reader behind a waiting writer may be anywhere in a cycle",
                        a_reader_behind_a_waiting_writer_may_be_anywhere_in_a_cycle),
        CASE_ENDING_ALL("threads that join each other are a cycle",
                        threads_that_join_each_other_are_a_cycle),
        CASE_ENDING_ALL("a join of a thread that wants a held lock is a cycle",
                        a_join_of_a_thread_that_wants_a_held_lock_is_a_cycle),
        CASE_ENDING_ALL("a lock of a thread that joins is a cycle",
                        a_lock_of_a_thread_that_joins_is_a_cycle),
        CASE_ENDING_ALL("a join of a thread that runs or ended is none",
                        a_join_of_a_thread_that_runs_or_ended_is_none),
        CASE_ENDING_ALL("a join of a thread that joins one that ended is none",
                        a_join_of_a_thread_that_joins_one_that_ended_is_none),
        CASE_ENDING_ALL("a lock of a thread that ended is waited for in vain",
                        a_lock_of_a_thread_that_ended_is_waited_for_in_vain),
        CASE_ENDING_ALL("a lock whose holder lives in the parent process only is too",
                        a_lock_whose_holder_lives_in_the_parent_process_only_is_too),
        CASE_ENDING_ALL("a chain may lead to a thread that ended",
                        a_chain_may_lead_to_a_thread_that_ended),
        CASE_ENDING_ALL("one reader that ended keeps a writer out",
                        one_reader_that_ended_keeps_a_writer_out),
        CASE_ENDING_ALL("a robust lock of a thread that ended is handed on",
                        a_robust_lock_of_a_thread_that_ended_is_handed_on),
        CASE_ENDING_ALL("a robust lock of a thread that waits blocks",
                        a_robust_lock_of_a_thread_that_waits_blocks),
        CASE_ENDING_ALL("a lock behind that of the interpreter is waited for as well",
                        a_lock_behind_that_of_the_interpreter_is_waited_for_as_well),
        CASE_ENDING_ALL("so is the end of a thread", so_is_the_end_of_a_thread),
        CASE_ENDING_ALL("the lock of the interpreter may be what leads back",
                        the_lock_of_the_interpreter_may_be_what_leads_back),
        CASE_ENDING_ALL("a thread that waits for the interpreter only goes on",
                        a_thread_that_waits_for_the_interpreter_only_goes_on),
        CASE_ENDING_ALL("a cycle stays one when the interpreter is had",
                        a_cycle_stays_one_when_the_interpreter_is_had),
        CASE_ENDING_ALL("what was a cycle is none when one thread goes on",
                        what_was_a_cycle_is_none_when_one_thread_goes_on),
        CASE_ENDING_ALL("what was a cycle is none when a join is over",
                        what_was_a_cycle_is_none_when_a_join_is_over),
        CASE_ENDING_ALL("paths without number are not walked one by one",
                        paths_without_number_are_not_walked_one_by_one),
        CASE_ENDING_ALL("a cycle behind paths without number is found",
                        a_cycle_behind_paths_without_number_is_found),
        CASE_ENDING_ALL("without memory nothing is found", without_memory_nothing_is_found),
        CASE_ENDING_ALL("a search gives its memory back", a_search_gives_its_memory_back),
    };

    return RUN_CASES(cases);
}
