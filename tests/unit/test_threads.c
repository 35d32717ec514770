/* SPDX-License-Identifier: MIT */
/* The table of threads.  It is one a process: each case ends what it has entered. */
#include "unit.h"

#include "locks/threads.h"

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 10000 };

static char locks[4];

static void push(struct thread *thread, const void *lock)
{
    held_push(thread, &(struct lock_request){.address = lock, .id = 1}, 1);
}

static struct thread *enter(pid_t tid, uintptr_t handle)
{
    struct thread *thread = threads_enter(tid, handle);

    assert_non_null(thread);
    return thread;
}

static struct thread *enter_joinable(pid_t tid, uintptr_t handle)
{
    struct thread *thread = enter(tid, handle);

    thread->joinable = true;
    return thread;
}

static unsigned in_use(void)
{
    unsigned count = 0;

    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        count++;
    return count;
}

static int ends_with_none(void **state)
{
    (void)state;
    return in_use() != 0;
}

#define CASE_ENDING_ALL(sentence, function)            \
    {                                                  \
        sentence, function, NULL, ends_with_none, NULL \
    }

static void a_thread_is_found_by_tid_and_by_handle(void **state)
{
    struct thread *one = enter(11, 0x1000), *other = enter(12, 0x2000);

    (void)state;
    assert_ptr_equal(threads_by_tid(11), one);
    assert_ptr_equal(threads_by_tid(12), other);
    assert_ptr_equal(threads_by_handle(0x1000), one);
    assert_ptr_equal(threads_by_handle(0x2000), other);
    assert_null(threads_by_tid(13));
    assert_null(threads_by_handle(0x3000));
    threads_end(one);
    threads_end(other);
}

static void nobody_has_tid_or_handle_zero(void **state)
{
    struct thread *expected = enter(0, 0);

    (void)state;
    assert_null(threads_by_tid(0));
    assert_null(threads_by_handle(0));
    threads_end(expected);
}

static void a_new_thread_lives_and_holds_nothing(void **state)
{
    struct thread *thread = enter(11, 0x1000);

    (void)state;
    assert_int_equal(thread->state, THREAD_LIVE);
    assert_false(held_any(thread));
    assert_true(thread->top + 1 < thread->end);
    assert_int_equal(thread->tid, 11);
    assert_int_equal(thread->handle, 0x1000);
    threads_end(thread);
}

/* Else one that only reads its own record waits for what its neighbour writes. */
static void records_share_no_cache_line(void **state)
{
    enum { LINES = 128, FEW = 5 }; /* two lines, as they are fetched */
    struct thread *few[FEW];

    (void)state;
    assert_int_equal(sizeof *few[0] % LINES, 0);
    for (unsigned i = 0; i < FEW; i++)
        few[i] = enter((pid_t)(100 + i), 0x1000 * (i + 1));
    for (unsigned i = 0; i < FEW; i++) {
        assert_int_equal((uintptr_t)few[i] % LINES, 0);
        threads_end(few[i]);
    }
}

static void an_expected_thread_is_found_once_it_has_a_name(void **state)
{
    struct thread *expected = enter(0, 0);

    (void)state;
    threads_name(expected, 21, 0x5000);
    assert_ptr_equal(threads_by_tid(21), expected);
    assert_ptr_equal(threads_by_handle(0x5000), expected);
    threads_end(expected);
}

static void a_record_is_used_again_with_a_number_of_its_own(void **state)
{
    struct thread *first = enter(11, 0x1000);
    uint32_t number = first->number;
    const struct held *base = first->base;

    (void)state;
    first->ignoring = 3;
    first->busy = true;
    first->joined_for = true;
    threads_end(first);
    assert_null(threads_by_tid(11));
    assert_null(threads_by_handle(0x1000));
    struct thread *second = enter(12, 0x1000);
    assert_ptr_equal(second, first);
    assert_ptr_equal(second->base, base);
    assert_int_not_equal(second->number, number);
    assert_int_equal(second->ignoring, 0);
    assert_false(second->busy);
    assert_false(second->joined_for);
    threads_end(second);
}

static void ids_that_are_left_are_used_by_the_records_next_thread(void **state)
{
    struct thread *first = enter(11, 0x1000);

    (void)state;
    first->next_id = 100;
    first->last_id = 200;
    threads_end(first);
    struct thread *second = enter(12, 0x2000);
    assert_int_equal(second->next_id, 100);
    assert_int_equal(second->last_id, 200);
    second->next_id = second->last_id = 0;
    threads_end(second);
}

static void a_joinable_thread_stays_until_it_was_joined(void **state)
{
    struct thread *thread = enter_joinable(11, 0x1000);

    (void)state;
    threads_end(thread);
    assert_int_equal(thread->state, THREAD_ENDED);
    assert_ptr_equal(threads_by_handle(0x1000), thread);
    threads_let_go(thread);
    assert_int_equal(thread->state, THREAD_FREE);
    assert_null(threads_by_handle(0x1000));
}

static void a_detached_thread_lives_on_without_a_handle(void **state)
{
    struct thread *thread = enter_joinable(11, 0x1000);

    (void)state;
    threads_let_go(thread);
    assert_int_equal(thread->state, THREAD_LIVE);
    assert_null(threads_by_handle(0x1000));
    assert_ptr_equal(threads_by_tid(11), thread);
    threads_end(thread);
    assert_int_equal(thread->state, THREAD_FREE);
}

static void a_thread_that_ended_holding_a_lock_stays(void **state)
{
    struct thread *thread = enter_joinable(11, 0x1000);

    (void)state;
    push(thread, &locks[0]);
    thread->acquiring = &locks[1];
    threads_end(thread);
    threads_let_go(thread);
    assert_int_equal(thread->state, THREAD_ENDED);
    assert_null(thread->acquiring);
    assert_ptr_equal(threads_by_tid(11), thread);
    held_disown(thread, &locks[0]);
    threads_end(thread);
    assert_int_equal(thread->state, THREAD_FREE);
}

static void a_lock_that_another_thread_released_keeps_no_record(void **state)
{
    struct thread *thread = enter(11, 0x1000);

    (void)state;
    push(thread, &locks[0]);
    held_disown(thread, &locks[0]);
    threads_end(thread);
    assert_int_equal(thread->state, THREAD_FREE);
}

/* It was detached by a call that nobody saw, or its join was. */
static void a_new_thread_of_the_same_handle_replaces_one_that_ended(void **state)
{
    struct thread *old = enter_joinable(11, 0x1000);

    (void)state;
    threads_end(old);
    struct thread *new = enter(12, 0x1000);
    assert_ptr_equal(threads_by_handle(0x1000), new);
    assert_int_equal(in_use(), 1);
    threads_end(new);
}

/* The kernel gives a tid again once its thread has ended, joined or not. */
static void of_two_with_one_tid_the_one_that_lives_is_found(void **state)
{
    struct thread *low = enter(10, 0x1000), *ended = enter_joinable(11, 0x2000);

    (void)state;
    threads_end(ended);
    threads_end(low);
    struct thread *lives = enter(11, 0x3000);
    assert_true(lives->index < ended->index);
    assert_ptr_equal(threads_by_tid(11), lives);
    struct thread *another = enter(11 + 4096, 0x4000); /* of the same hash */
    assert_ptr_equal(threads_by_tid(11), lives);
    threads_end(lives);
    assert_ptr_equal(threads_by_tid(11), ended);
    threads_end(another);
    threads_let_go(ended);
}

static void tids_of_one_hash_are_told_apart(void **state)
{
    struct thread *threads[50];

    (void)state;
    for (int i = 0; i < 50; i++)
        threads[i] = enter(7 + 4096 * i, (uintptr_t)(i + 1) << 20);
    for (int i = 0; i < 50; i++) {
        assert_ptr_equal(threads_by_tid(7 + 4096 * i), threads[i]);
        assert_ptr_equal(threads_by_handle((uintptr_t)(i + 1) << 20), threads[i]);
    }
    for (int i = 0; i < 50; i++)
        threads_end(threads[i]);
}

static void a_walk_meets_each_thread_once(void **state)
{
    struct thread *threads[200], *thread = NULL;

    (void)state;
    for (int i = 0; i < 200; i++)
        threads[i] = enter(100 + i, 0);
    for (int i = 0; i < 200; i += 2)
        threads_end(threads[i]);
    for (int i = 1; i < 200; i += 2) {
        thread = threads_next(thread);
        assert_ptr_equal(thread, threads[i]);
    }
    assert_null(threads_next(thread));
    for (int i = 1; i < 200; i += 2)
        threads_end(threads[i]);
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Ten times what it takes on a slow machine: it is the order of growth that is held. */
static void ten_thousand_threads_at_once_are_quick(void **state)
{
    static struct thread *threads[MANY];
    double begin = seconds();

    (void)state;
    for (int i = 0; i < MANY; i++) {
        threads[i] = enter(0, 0);
        threads[i]->joinable = true;
        threads_name(threads[i], 1000 + i, (uintptr_t)(i + 1) << 23);
    }
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(threads_by_tid(1000 + i), threads[i]);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(threads_by_handle((uintptr_t)(i + 1) << 23), threads[i]);
    for (int i = 0; i < MANY; i++) {
        threads_end(threads[i]);
        threads_let_go(threads[i]);
    }
    assert_true(seconds() - begin < 10);
}

static void a_million_threads_in_turn_take_one_record(void **state)
{
    double begin = seconds();

    (void)state;
    for (int i = 0; i < 1000000; i++)
        threads_end(enter(1 + i % 30000, (uintptr_t)(i % 100 + 1) << 23));
    assert_true(seconds() - begin < 30);
    struct thread *last = enter(1, 1);
    assert_int_equal(last->index, 1);
    threads_end(last);
}

/* ---- fork, in a child as it would be there ---- */

static void in_child_after_fork(struct thread *self, void (*check)(struct thread *self))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        threads_forked(self, 999);
        check(self);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void must(bool is_so, int line)
{
    if (!is_so)
        _exit(line % 250 + 1);
}

#define MUST(expression) must(expression, __LINE__)

static void only_the_holders_are_left(struct thread *self)
{
    struct thread *holder = threads_by_tid(13);

    MUST(threads_by_tid(999) == self && self->state == THREAD_LIVE);
    MUST(threads_by_handle(0x1000) == self);
    MUST(threads_by_tid(12) == NULL && threads_by_handle(0x2000) == NULL);
    MUST(holder != NULL && holder->state == THREAD_MISSING && holder->acquiring == NULL);
    MUST(held_by_other(holder, &locks[0]) != NULL);
    MUST(threads_by_handle(0x3000) == NULL);
    MUST(self->next_id == 0 && self->last_id == 0);
    MUST(held_find(self, &locks[2]) != NULL);
    struct thread *new = threads_enter(14, 0x3000);
    MUST(new != NULL &&new->number > holder->number &&threads_by_handle(0x3000) == new);
}

static void in_the_child_of_a_fork_only_the_caller_and_holders_are_left(void **state)
{
    struct thread *self = enter(11, 0x1000), *other = enter(12, 0x2000),
                  *holder = enter(13, 0x3000);

    (void)state;
    push(self, &locks[2]);
    self->next_id = 5;
    self->last_id = 9;
    push(holder, &locks[0]);
    holder->acquiring = &locks[1];
    in_child_after_fork(self, only_the_holders_are_left);
    self->next_id = self->last_id = 0;
    held_pop(self);
    held_pop(holder);
    threads_end(self);
    threads_end(other);
    threads_end(holder);
}

static void nobody_but_new_ones(struct thread *self)
{
    (void)self;
    MUST(in_use() == 0);
    MUST(threads_enter(999, 0x1000) != NULL);
    MUST(in_use() == 1);
}

static void a_thread_that_was_not_tracked_may_fork_too(void **state)
{
    struct thread *other = enter(12, 0x1000);

    (void)state;
    in_child_after_fork(NULL, nobody_but_new_ones);
    threads_end(other);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_ENDING_ALL("a thread is found by tid and by handle",
                        a_thread_is_found_by_tid_and_by_handle),
        CASE_ENDING_ALL("nobody has tid or handle zero", nobody_has_tid_or_handle_zero),
        CASE_ENDING_ALL("a new thread lives and holds nothing",
                        a_new_thread_lives_and_holds_nothing),
        CASE_ENDING_ALL("records share no cache line", records_share_no_cache_line),
        CASE_ENDING_ALL("an expected thread is found once it has a name",
                        an_expected_thread_is_found_once_it_has_a_name),
        CASE_ENDING_ALL("a record is used again with a number of its own",
                        a_record_is_used_again_with_a_number_of_its_own),
        CASE_ENDING_ALL("ids that are left are used by the record's next thread",
                        ids_that_are_left_are_used_by_the_records_next_thread),
        CASE_ENDING_ALL("a joinable thread stays until it was joined",
                        a_joinable_thread_stays_until_it_was_joined),
        CASE_ENDING_ALL("a detached thread lives on without a handle",
                        a_detached_thread_lives_on_without_a_handle),
        CASE_ENDING_ALL("a thread that ended holding a lock stays",
                        a_thread_that_ended_holding_a_lock_stays),
        CASE_ENDING_ALL("a lock that another thread released keeps no record",
                        a_lock_that_another_thread_released_keeps_no_record),
        CASE_ENDING_ALL("a new thread of the same handle replaces one that ended",
                        a_new_thread_of_the_same_handle_replaces_one_that_ended),
        CASE_ENDING_ALL("of two with one tid the one that lives is found",
                        of_two_with_one_tid_the_one_that_lives_is_found),
        CASE_ENDING_ALL("tids of one hash are told apart", tids_of_one_hash_are_told_apart),
        CASE_ENDING_ALL("a walk meets each thread once", a_walk_meets_each_thread_once),
        CASE_ENDING_ALL("ten thousand threads at once are quick",
                        ten_thousand_threads_at_once_are_quick),
        CASE_ENDING_ALL("a million threads in turn take one record",
                        a_million_threads_in_turn_take_one_record),
        CASE_ENDING_ALL("in the child of a fork only the caller and holders are left",
                        in_the_child_of_a_fork_only_the_caller_and_holders_are_left),
        CASE_ENDING_ALL("a thread that was not tracked may fork too",
                        a_thread_that_was_not_tracked_may_fork_too),
    };

    return RUN_CASES(cases);
}
