/* SPDX-License-Identifier: MIT */
/*
 * The rules about the order of acquisition, driven as threads would: what they find is
 * collected instead of told.
 */
#include "unit.h"

#include "base/memory.h"
#include "locks/chains.h"
#include "locks/inversion.h"
#include "locks/known.h"
#include "locks/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 6, LOCKS = 1000, FINDINGS_MAX = 4096, TEXT_MAX = 512 };

static struct options options;
static struct segments segments;
static struct thread *t[THREADS];
static bool remembers = true; /* what a thread has been through, as the fast path does */

/* A lock is the address of one of these, and an id that changes when it is made anew. */
static struct {
    uint64_t aligned;
} locks[LOCKS];
static lock_id ids[LOCKS];
static lock_id next_id;

/* ---- what was found ---- */

static char found[FINDINGS_MAX][TEXT_MAX];
static unsigned found_count;

static unsigned number_of(const void *lock)
{
    return (unsigned)((const char *)lock - (const char *)locks) / sizeof locks[0];
}

static void add(char *text, const char *words, unsigned number)
{
    size_t length = strlen(text);

    snprintf(text + length, TEXT_MAX - length, " %s %u", words, number);
}

/* In one line: the sentence, and who acquires what in each step. */
static void note(const struct draft *draft)
{
    const struct finding *finding = &draft->finding;
    char *text = found[found_count++];

    assert_in_range(found_count, 0, FINDINGS_MAX - 1);
    snprintf(text, TEXT_MAX, "%s: %s;", finding->rule, finding->sentence);
    for (unsigned i = 0; i < finding->step_count; i++) {
        add(text, "thread", (unsigned)finding->steps[i].thread.tid);
        add(text, "lock", number_of(finding->locks[finding->steps[i].lock].address));
    }
}

static void collect(struct draft *drafts)
{
    for (struct draft *draft = drafts; draft != NULL; draft = draft->next)
        note(draft);
    draft_drop_all(drafts);
}

/* ---- threads that acquire and release, as the wrappers have them do it ---- */

static int begin(void **state)
{
    (void)state;
    memory_bound(0);
    options_defaults(&options);
    options.address_order = LEVEL_OFF;
    segments_init(&segments);
    found_count = 0;
    next_id = 0;
    remembers = true;
    for (unsigned i = 0; i < LOCKS; i++)
        ids[i] = ++next_id;
    for (unsigned i = 0; i < THREADS; i++) {
        t[i] = threads_enter((pid_t)(i + 1), 0);
        t[i]->segment = segments_start(&segments);
    }
    return !inversion_start(&options, &segments) || !inversion_restart(&segments);
}

static int end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        t[i]->top = t[i]->base;
        threads_end(t[i]);
    }
    return 0;
}

#define CASE_FROM_NOTHING(sentence, function) \
    {                                         \
        sentence, function, begin, end, NULL  \
    }

/* How something is acquired; zeroes are a mutex that is waited for without end. */
struct how {
    enum lock_kind kind;
    enum lock_mode mode;
    enum lock_wait wait;
    bool readers_block;
};

static struct lock_request request_for(unsigned thread, unsigned lock, struct how how)
{
    return (struct lock_request){.address = &locks[lock],
                                 .id = ids[lock],
                                 .place = (const char *)0x1000 + thread * LOCKS + lock,
                                 .kind = how.kind,
                                 .mode = how.mode,
                                 .wait = how.wait,
                                 .readers_block = how.readers_block};
}

static uint64_t chain_with(const struct thread *self, const struct lock_request *request)
{
    return held_chain(self->top->chain, held_word(request->id, request->mode, request->wait));
}

static void before(struct thread *self, const struct lock_request *request)
{
    struct unwind_registers here;
    struct draft *drafts = NULL;

    if (request->wait == LOCK_TRIES || !held_any(self) ||
        (remembers && chains_know(chain_with(self, request), self->chain_tag)))
        return;
    unwind_here(&here);
    inversion_acquiring(self, request, &here, false, &drafts);
    collect(drafts);
}

static void acquire_as(unsigned thread, unsigned lock, struct how how)
{
    struct thread *self = t[thread];
    struct lock_request request = request_for(thread, lock, how);

    before(self, &request);
    if (self->top + 1 == self->end)
        assert_true(held_make_room(self));
    held_push(self, &request, chain_with(self, &request));
}

static void acquire(unsigned thread, unsigned lock)
{
    acquire_as(thread, lock, (struct how){.kind = LOCK_MUTEX});
}

static void release(unsigned thread, unsigned lock)
{
    held_remove(t[thread], held_find(t[thread], &locks[lock]));
    held_trim(t[thread]);
}

static void nest_as(unsigned thread, unsigned outer, struct how outer_how, unsigned inner,
                    struct how inner_how)
{
    acquire_as(thread, outer, outer_how);
    acquire_as(thread, inner, inner_how);
    release(thread, inner);
    release(thread, outer);
}

static void nest(unsigned thread, unsigned outer, unsigned inner)
{
    nest_as(thread, outer, (struct how){.kind = LOCK_MUTEX}, inner, (struct how){.kind = LOCK_MUTEX});
}

static void make_anew(unsigned lock)
{
    inversion_forget(ids[lock], &locks[lock]);
    ids[lock] = ++next_id;
}

static void assert_found(unsigned number, const char *words)
{
    assert_in_range(number, 0, found_count - 1);
    if (strstr(found[number], words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, found[number]);
}

/* ---- lock-order ---- */

static void one_order_is_no_finding(void **state)
{
    (void)state;
    for (unsigned i = 0; i < THREADS; i++)
        nest(i, 1, 2), nest(i, 2, 3), nest(i, 1, 3);
    assert_int_equal(found_count, 0);
}

static void both_orders_are_a_finding_before_the_second_one_blocks(void **state)
{
    (void)state;
    nest(0, 1, 2);
    acquire(1, 2);
    assert_int_equal(found_count, 0);
    before(t[1], &(struct lock_request){.address = &locks[1], .id = ids[1]});
    assert_int_equal(found_count, 1);
    assert_found(0, "lock-order: acquiring mutex M1 while holding mutex M2 closes a cycle of 2 "
                    "locks that could deadlock (concurrent); thread 2 lock 1 thread 1 lock 2");
}

static void both_orders_by_one_thread_are_a_finding(void **state)
{
    (void)state;
    nest(0, 1, 2), nest(0, 2, 1);
    assert_int_equal(found_count, 1);
    assert_found(0, "(same thread)");
}

static void a_cycle_is_found_once(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 10; round++)
        nest(0, 1, 2), nest(1, 2, 1);
    assert_int_equal(found_count, 1);
}

static void a_cycle_of_many_locks_is_found(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LOCKS; i++)
        nest(i % THREADS, i, (i + 1) % LOCKS);
    assert_int_equal(found_count, 1);
    assert_found(0, "a cycle of 1000 locks");
}

static void both_orders_under_one_gate_are_none(void **state)
{
    (void)state;
    acquire(0, 9), nest(0, 1, 2), release(0, 9);
    acquire(1, 9), nest(1, 2, 1), release(1, 9);
    assert_int_equal(found_count, 0);
    nest(1, 2, 1); /* without the gate it still is one with the gate's */
    assert_int_equal(found_count, 1);
}

static void readers_in_both_orders_are_none_and_a_writer_is_one(void **state)
{
    const struct how read = {.kind = LOCK_RWLOCK, .mode = LOCK_READ},
                     write = {.kind = LOCK_RWLOCK};

    (void)state;
    nest_as(0, 1, read, 2, read);
    nest_as(1, 2, read, 1, read);
    assert_int_equal(found_count, 0);
    nest_as(2, 1, write, 2, write);
    assert_int_equal(found_count, 1);
}

static void readers_that_writers_keep_out_are_one(void **state)
{
    const struct how read = {.kind = LOCK_RWLOCK, .mode = LOCK_READ, .readers_block = true};

    (void)state;
    nest_as(0, 1, read, 2, read);
    nest_as(1, 2, read, 1, read);
    assert_int_equal(found_count, 1);
}

static void a_trylock_closes_no_cycle_but_what_it_took_is_held(void **state)
{
    const struct how block = {.kind = LOCK_MUTEX}, try = {.wait = LOCK_TRIES};

    (void)state;
    nest(0, 1, 2);
    nest_as(1, 2, block, 1, try);
    assert_int_equal(found_count, 0);
    nest_as(1, 2, try, 1, block);
    assert_int_equal(found_count, 1);
}

static void a_timed_acquisition_is_told_as_such(void **state)
{
    (void)state;
    nest(0, 1, 2);
    nest_as(1, 2, (struct how){.kind = LOCK_MUTEX}, 1, (struct how){.wait = LOCK_TIMED});
    assert_int_equal(found_count, 1);
    assert_found(0, "(timed)");
}

static void a_lock_that_is_made_anew_has_no_order(void **state)
{
    (void)state;
    nest(0, 1, 2);
    make_anew(1);
    nest(1, 2, 1);
    assert_int_equal(found_count, 0);
    assert_true(inversion_knows(ids[1]));
    nest(0, 1, 2);
    assert_int_equal(found_count, 1);
}

/* Its memory was freed and is another lock by now: nobody told. */
static void a_lock_at_the_address_of_another_is_not_that_one(void **state)
{
    lock_id before = ids[1];

    (void)state;
    nest(0, 1, 2);
    ids[1] = ++next_id;
    nest(1, 2, 1);
    assert_int_equal(found_count, 0);
    assert_false(inversion_knows(before));
}

static void what_is_far_below_two_hundred_locks_has_its_order_too(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 250; i++)
        acquire(0, i);
    for (unsigned i = 0; i < 250; i++)
        release(0, i);
    assert_int_equal(found_count, 0);
    nest(1, 249, 0);
    assert_int_equal(found_count, 1);
}

static void a_mutex_that_a_condition_wait_gave_up_is_not_held(void **state)
{
    (void)state;
    acquire(0, 1);
    t[0]->top->waited_for = true;
    acquire(0, 2), release(0, 2); /* a signal handler did */
    t[0]->top->waited_for = false;
    release(0, 1);
    nest(1, 2, 1);
    assert_int_equal(found_count, 0);
    nest(0, 1, 2); /* which looks the same, but for that */
    assert_int_equal(found_count, 1);
}

static void what_another_thread_released_is_not_held(void **state)
{
    (void)state;
    acquire(0, 3), acquire(0, 1);
    held_disown(t[0], &locks[1]);
    acquire(0, 2);
    release(0, 2), release(0, 3);
    assert_false(held_any(t[0]));
    nest(1, 2, 1);
    assert_int_equal(found_count, 0);
    acquire(0, 3), acquire(0, 1), acquire(0, 2);
    assert_int_equal(found_count, 1);
}

/* ---- options ---- */

static void with_the_rule_off_nothing_is_found(void **state)
{
    (void)state;
    options.lock_order = LEVEL_OFF;
    nest(0, 1, 2), nest(1, 2, 1);
    assert_int_equal(found_count, 0);
}

static void weaker_cycles_can_be_left_out(void **state)
{
    (void)state;
    options.lock_order_strength = LOCK_ORDER_CONCURRENT;
    nest(0, 1, 2), nest(0, 2, 1);
    assert_int_equal(found_count, 0);
    nest(1, 2, 1);
    assert_int_equal(found_count, 1);
    assert_found(0, "(concurrent)");
}

static void what_comes_before_and_after_a_thread_is_ordered(void **state)
{
    (void)state;
    nest(0, 1, 2);
    t[1]->segment = segments_create(&segments, &t[0]->segment);
    nest(1, 2, 1);
    assert_int_equal(found_count, 1);
    assert_found(0, "(ordered by join)");
}

static void classes_are_checked_when_asked_for(void **state)
{
    enum { FIRST = 100, SECOND = 200 };

    (void)state;
    options.granularity = GRANULARITY_CLASS;
    assert_true(inversion_restart(&segments));
    for (unsigned i = 0; i < 4; i++) {
        ids[FIRST + i] |= (lock_id)1 << 44;
        ids[SECOND + i] |= (lock_id)2 << 44;
    }
    nest(0, FIRST, SECOND);
    nest(0, FIRST, FIRST + 1);
    nest(0, FIRST + 1, FIRST);
    assert_int_equal(found_count, 1); /* of instances */
    nest(1, SECOND + 2, FIRST + 2);
    assert_int_equal(found_count, 2);
    assert_found(1, "a cycle of 2 lock classes");
}

static void a_lower_address_is_a_finding_when_asked_for(void **state)
{
    (void)state;
    options.address_order = LEVEL_WARNING;
    options.address_scope = ADDRESS_SCOPE_ALL;
    assert_true(inversion_restart(&segments));
    acquire(0, 3), acquire(0, 7), acquire(0, 5);
    assert_int_equal(found_count, 1);
    assert_found(0, "address-order: mutex M1 is acquired while mutex M2, which has a higher "
                    "address, is held; thread 1 lock 5");
    nest(1, 3, 4);
    assert_int_equal(found_count, 1);
}

static void addresses_matter_within_a_class_only_unless_said(void **state)
{
    (void)state;
    options.address_order = LEVEL_WARNING;
    options.address_scope = ADDRESS_SCOPE_CLASS;
    assert_true(inversion_restart(&segments));
    nest(0, 5, 4); /* static locks: each its own class */
    assert_int_equal(found_count, 0);
    ids[14] |= (lock_id)1 << 44;
    ids[15] |= (lock_id)1 << 44;
    nest(0, 15, 14);
    assert_int_equal(found_count, 1);
}

/* ---- what is remembered ---- */

static bool is_known(unsigned thread, unsigned outer, unsigned inner)
{
    struct lock_request request = request_for(thread, inner, (struct how){.kind = LOCK_MUTEX});
    bool known;

    acquire(thread, outer);
    known = chains_know(chain_with(t[thread], &request), t[thread]->chain_tag);
    release(thread, outer);
    return known;
}

static void what_a_thread_did_is_known_for_it(void **state)
{
    (void)state;
    assert_false(is_known(0, 1, 2));
    nest(0, 1, 2);
    assert_true(is_known(0, 1, 2));
    assert_false(is_known(1, 1, 2));
    assert_false(is_known(0, 2, 1));
}

static void what_many_threads_did_is_known_for_all(void **state)
{
    (void)state;
    for (unsigned i = 0; i + 1 < THREADS; i++)
        nest(i, 1, 2);
    assert_true(is_known(THREADS - 1, 1, 2));
}

static void after_a_restart_nothing_is_known(void **state)
{
    (void)state;
    nest(0, 1, 2);
    known_set_name(&locks[1], "name");
    assert_true(inversion_restart(&segments));
    assert_false(is_known(0, 1, 2));
    assert_false(inversion_knows(ids[1]));
    assert_string_equal(known_name(&locks[1]), "");
    nest(1, 2, 1);
    assert_int_equal(found_count, 0);
    nest(0, 1, 2);
    assert_int_equal(found_count, 1);
}

static void locks_that_come_and_go_take_no_more_memory(void **state)
{
    size_t settled = 0;

    (void)state;
    /* Known chains have grown to what this number of them needs at 129024. */
    for (unsigned round = 0; round < 200000; round++) {
        nest(round % THREADS, round % 50, 50 + round % 49);
        make_anew(round % 50);
        make_anew(50 + round % 49);
        if (round == 140000)
            settled = memory_taken();
    }
    assert_int_equal(found_count, 0);
    assert_int_equal(memory_taken(), settled);
}

static void without_memory_nothing_is_found_and_all_goes_on(void **state)
{
    (void)state;
    memory_bound(1);
    nest(0, 1, 2), nest(1, 2, 1);
    memory_bound(0);
    assert_int_equal(found_count, 0);
}

/* ---- the fast path, checked against the slow one ---- */

static uint64_t seed;

static unsigned a_number(unsigned bound)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (unsigned)((seed * UINT64_C(2685821657736338717)) >> 33) % bound;
}

struct program {
    uint64_t seed;
    unsigned threads, locks, steps, deepest;
    bool reads, times, makes_anew, waits, creates;
};

static struct how any_way(const struct program *program)
{
    struct how how = {.kind = LOCK_MUTEX};

    if (program->reads)
        how.kind = LOCK_RWLOCK, how.mode = a_number(3) == 0 ? LOCK_READ : LOCK_WRITE;
    if (program->times && a_number(4) == 0)
        how.wait = a_number(2) == 0 ? LOCK_TIMED : LOCK_TRIES;
    return how;
}

static bool is_held_by_any(const struct program *program, unsigned lock)
{
    for (unsigned i = 0; i < program->threads; i++)
        if (held_find(t[i], &locks[lock]) != NULL)
            return true;
    return false;
}

/* A handler that comes in a condition wait, with nothing else held. */
static void wait_for_a_condition(unsigned thread, unsigned lock)
{
    struct held *entry = t[thread]->top;

    if (entry - t[thread]->base != 1 || held_find(t[thread], &locks[lock]) != NULL)
        return;
    entry->waited_for = true;
    acquire(thread, lock);
    release(thread, lock);
    entry->waited_for = false;
}

static void create(unsigned creator, unsigned created)
{
    t[created]->segment = segments_create(&segments, &t[creator]->segment);
    threads_learn_anew(t[creator]);
    threads_learn_anew(t[created]);
}

static void one_step(const struct program *program)
{
    unsigned thread = a_number(program->threads), lock = a_number(program->locks);
    unsigned what = a_number(100), depth = (unsigned)(t[thread]->top - t[thread]->base);
    struct how how = any_way(program);

    if (what < 50 && depth < program->deepest && held_find(t[thread], &locks[lock]) == NULL)
        acquire_as(thread, lock, how);
    else if (what < 90 && depth > 0)
        release(thread, number_of(t[thread]->base[1 + lock % depth].address));
    else if (what < 92 && program->makes_anew && !is_held_by_any(program, lock))
        make_anew(lock);
    else if (what < 94 && program->waits)
        wait_for_a_condition(thread, lock);
    else if (what == 94 && program->creates)
        create(thread, lock % program->threads);
}

static unsigned run(const struct program *program, bool with_memory)
{
    end(NULL);
    begin(NULL);
    seed = program->seed;
    remembers = with_memory;
    for (unsigned step = 0; step < program->steps; step++)
        one_step(program);
    return found_count;
}

static void assert_same(const struct program *program)
{
    static char slow[FINDINGS_MAX][TEXT_MAX];
    unsigned count = run(program, false);

    memcpy(slow, found, count * sizeof slow[0]);
    run(program, true);
    for (unsigned i = 0; i < count || i < found_count; i++)
        if (i == count || i == found_count || strcmp(found[i], slow[i]) != 0)
            fail_msg("seed %u, finding %u of %u and %u: \"%s\", should be \"%s\"",
                     (unsigned)program->seed, i, found_count, count,
                     i == found_count ? "none" : found[i], i == count ? "none" : slow[i]);
}

static void assert_same_for(struct program program, unsigned programs)
{
    unsigned findings = 0;

    for (program.seed = 1; program.seed <= programs; program.seed++) {
        assert_same(&program);
        findings += found_count;
    }
    assert_true(findings > programs / 4); /* or the programs are no good */
}

static void the_fast_path_finds_what_the_slow_one_does_with_mutexes(void **state)
{
    (void)state;
    assert_same_for((struct program){.threads = 3, .locks = 4, .steps = 300, .deepest = 3}, 150);
    assert_same_for((struct program){.threads = 6, .locks = 12, .steps = 2000, .deepest = 4}, 10);
}

static void the_fast_path_finds_what_the_slow_one_does_with_readers(void **state)
{
    (void)state;
    assert_same_for(
        (struct program){.threads = 4, .locks = 5, .steps = 400, .deepest = 3, .reads = true}, 100);
}

static void the_fast_path_finds_what_the_slow_one_does_in_time(void **state)
{
    (void)state;
    assert_same_for((struct program){.threads = 4,
                                     .locks = 5,
                                     .steps = 400,
                                     .deepest = 3,
                                     .reads = true,
                                     .times = true},
                    100);
}

static void the_fast_path_finds_what_the_slow_one_does_when_locks_come_and_go(void **state)
{
    (void)state;
    assert_same_for((struct program){
                        .threads = 4, .locks = 6, .steps = 1000, .deepest = 4, .makes_anew = true},
                    50);
}

static void the_fast_path_finds_what_the_slow_one_does_around_condition_waits(void **state)
{
    (void)state;
    assert_same_for(
        (struct program){.threads = 4, .locks = 6, .steps = 1000, .deepest = 4, .waits = true}, 50);
}

static void the_fast_path_finds_what_the_slow_one_does_while_threads_come(void **state)
{
    (void)state;
    assert_same_for(
        (struct program){.threads = 4, .locks = 6, .steps = 1000, .deepest = 3, .creates = true},
        50);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_FROM_NOTHING("one order is no finding", one_order_is_no_finding),
        CASE_FROM_NOTHING("both orders are a finding before the second one blocks",
                          both_orders_are_a_finding_before_the_second_one_blocks),
        CASE_FROM_NOTHING("both orders by one thread are a finding",
                          both_orders_by_one_thread_are_a_finding),
        CASE_FROM_NOTHING("a cycle is found once", a_cycle_is_found_once),
        CASE_FROM_NOTHING("a cycle of many locks is found", a_cycle_of_many_locks_is_found),
        CASE_FROM_NOTHING("both orders under one gate are none",
                          both_orders_under_one_gate_are_none),
        CASE_FROM_NOTHING("readers in both orders are none and a writer is one",
                          readers_in_both_orders_are_none_and_a_writer_is_one),
        CASE_FROM_NOTHING("readers that writers keep out are one",
                          readers_that_writers_keep_out_are_one),
        CASE_FROM_NOTHING("a trylock closes no cycle but what it took is held",
                          a_trylock_closes_no_cycle_but_what_it_took_is_held),
        CASE_FROM_NOTHING("a timed acquisition is told as such",
                          a_timed_acquisition_is_told_as_such),
        CASE_FROM_NOTHING("a lock that is made anew has no order",
                          a_lock_that_is_made_anew_has_no_order),
        CASE_FROM_NOTHING("a lock at the address of another is not that one",
                          a_lock_at_the_address_of_another_is_not_that_one),
        CASE_FROM_NOTHING("what is far below two hundred locks has its order too",
                          what_is_far_below_two_hundred_locks_has_its_order_too),
        CASE_FROM_NOTHING("a mutex that a condition wait gave up is not held",
                          a_mutex_that_a_condition_wait_gave_up_is_not_held),
        CASE_FROM_NOTHING("what another thread released is not held",
                          what_another_thread_released_is_not_held),
        CASE_FROM_NOTHING("with the rule off nothing is found", with_the_rule_off_nothing_is_found),
        CASE_FROM_NOTHING("weaker cycles can be left out", weaker_cycles_can_be_left_out),
        CASE_FROM_NOTHING("what comes before and after a thread is ordered",
                          what_comes_before_and_after_a_thread_is_ordered),
        CASE_FROM_NOTHING("classes are checked when asked for", classes_are_checked_when_asked_for),
        CASE_FROM_NOTHING("a lower address is a finding when asked for",
                          a_lower_address_is_a_finding_when_asked_for),
        CASE_FROM_NOTHING("addresses matter within a class only unless said",
                          addresses_matter_within_a_class_only_unless_said),
        CASE_FROM_NOTHING("what a thread did is known for it", what_a_thread_did_is_known_for_it),
        CASE_FROM_NOTHING("what many threads did is known for all",
                          what_many_threads_did_is_known_for_all),
        CASE_FROM_NOTHING("after a restart nothing is known", after_a_restart_nothing_is_known),
        CASE_FROM_NOTHING("locks that come and go take no more memory",
                          locks_that_come_and_go_take_no_more_memory),
        CASE_FROM_NOTHING("without memory nothing is found and all goes on",
                          without_memory_nothing_is_found_and_all_goes_on),
        CASE_FROM_NOTHING("the fast path finds what the slow one does with mutexes",
                          the_fast_path_finds_what_the_slow_one_does_with_mutexes),
        CASE_FROM_NOTHING("the fast path finds what the slow one does with readers",
                          the_fast_path_finds_what_the_slow_one_does_with_readers),
        CASE_FROM_NOTHING("the fast path finds what the slow one does in time",
                          the_fast_path_finds_what_the_slow_one_does_in_time),
        CASE_FROM_NOTHING("the fast path finds what the slow one does when locks come and go",
                          the_fast_path_finds_what_the_slow_one_does_when_locks_come_and_go),
        CASE_FROM_NOTHING("the fast path finds what the slow one does around condition waits",
                          the_fast_path_finds_what_the_slow_one_does_around_condition_waits),
        CASE_FROM_NOTHING("the fast path finds what the slow one does while threads come",
                          the_fast_path_finds_what_the_slow_one_does_while_threads_come),
    };

    return RUN_CASES(cases);
}
