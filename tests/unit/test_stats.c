/* SPDX-License-Identifier: MIT */
/* Records of the statistics, and how imports that are nested share their time. */
#include "unit.h"

#include "base/memory.h"
#include "trace/stats.h"
#include "trace/stats_locks.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int forget(void **state)
{
    (void)state;
    memory_bound(0);
    stats_forget();
    return 0;
}

#define CASE_FORGOTTEN(sentence, function)     \
    {                                          \
        sentence, function, NULL, forget, NULL \
    }

static void a_place_has_one_record(void **state)
{
    static const int here, there;

    (void)state;
    assert_null(stats_place_known(&here));
    assert_ptr_equal(stats_place(&here), stats_place(&here));
    assert_ptr_not_equal(stats_place(&here), stats_place(&there));
    assert_ptr_equal(stats_place_known(&here)->place, &here);
    assert_non_null(stats_place(NULL));
    assert_non_null(stats_place_known(NULL));
}

static void records_are_listed_in_the_order_of_their_making(void **state)
{
    static const char places[190];

    (void)state;
    assert_null(stats_place_at(1));
    for (unsigned i = 0; i < 190; i++)
        stats_place(&places[i]);
    for (uint32_t number = 1; number <= 190; number++)
        assert_ptr_equal(stats_place_at(number)->place, &places[number - 1]);
    assert_null(stats_place_at(191));
}

static void the_name_of_a_module_is_copied(void **state)
{
    char name[] = "package.module";
    struct stats_module *module = stats_module(name);

    (void)state;
    name[0] = 'P';
    assert_string_equal(module->name, "package.module");
    assert_ptr_not_equal(stats_module(name), module);
    assert_ptr_equal(stats_module("package.module"), module);
}

static void a_name_may_be_of_any_length(void **state)
{
    static char name[200001];

    (void)state;
    memset(name, 'x', sizeof name - 1);
    assert_string_equal(stats_module(name)->name, name);
    assert_string_equal(stats_module("short")->name, "short");
    assert_string_equal(stats_module("")->name, "");
}

static void the_time_of_an_import_is_shared_with_what_it_imports(void **state)
{
    struct stats_thread *thread = stats_thread(1);
    struct stats_module *outer = stats_module("outer"), *inner = stats_module("inner");
    struct stats_module *deep = stats_module("deep");

    (void)state;
    stats_import_begins(thread, outer, 1000);
    stats_import_begins(thread, inner, 1100);
    stats_import_begins(thread, deep, 1150);
    stats_import_ends(thread, 1170);
    stats_import_ends(thread, 1300);
    stats_import_begins(thread, deep, 1400);
    stats_import_ends(thread, 1410);
    stats_import_ends(thread, 2000);
    assert_int_equal(outer->cumulative, 1000);
    assert_int_equal(outer->self, 1000 - 200 - 10);
    assert_int_equal(inner->cumulative, 200);
    assert_int_equal(inner->self, 180);
    assert_int_equal(deep->times, 2);
    assert_int_equal(deep->cumulative, 30);
    assert_int_equal(deep->longest, 20);
    assert_int_equal(outer->self + inner->self + deep->self, outer->cumulative);
}

static void imports_of_two_threads_are_not_mixed(void **state)
{
    struct stats_thread *one = stats_thread(1), *other = stats_thread(2);
    struct stats_module *a = stats_module("a"), *b = stats_module("b");

    (void)state;
    stats_import_begins(one, a, 0);
    stats_import_begins(other, b, 10);
    stats_import_ends(one, 100);
    stats_import_ends(other, 200);
    assert_int_equal(a->self, 100);
    assert_int_equal(b->self, 190);
}

static void imports_may_be_nested_deeper_than_is_kept(void **state)
{
    struct stats_thread *thread = stats_thread(1);
    int64_t now = 0, sum = 0;
    enum { DEEP = 3 * STATS_IMPORTS_DEEP };

    (void)state;
    for (unsigned depth = 0; depth < DEEP; depth++) {
        char name[32];

        snprintf(name, sizeof name, "m%u", depth);
        stats_import_begins(thread, stats_module(name), now += 10);
    }
    for (unsigned depth = 0; depth < DEEP; depth++)
        stats_import_ends(thread, now += 10);
    for (uint32_t number = 1; stats_module_at(number) != NULL; number++)
        sum += stats_module_at(number)->self;
    assert_int_equal(sum, stats_module("m0")->cumulative);
    assert_int_equal(sum, now - 10);
}

static void what_an_import_waits_for_another_thread_is_not_its_own_time(void **state)
{
    struct stats_thread *thread = stats_thread(1);

    (void)state;
    stats_import_waited(thread, 7);
    stats_import_begins(thread, stats_module("waits"), 100);
    stats_import_waited(thread, 40);
    stats_import_ends(thread, 200);
    assert_int_equal(stats_module("waits")->self, 60);
    assert_int_equal(stats_module("waits")->cumulative, 100);
}

/* Each with 10 ns of the lock, and thread 7 with more. */
static void run_threads(uint32_t first, uint32_t last)
{
    for (uint32_t number = first; number <= last; number++) {
        struct stats_thread *thread = stats_thread(number);

        assert_non_null(thread);
        assert_int_equal(thread->number, number);
        assert_int_equal(thread->interpreter_holds.count, 0);
        thread->began = 100;
        spread_add(&thread->interpreter_holds, number == 7 ? 1000 : 10);
        thread->ended = 150;
    }
}

static void very_many_threads_need_few_records(void **state)
{
    const struct stats_thread *thread;
    uint64_t holds = 0, all = 0;
    bool seventh = false;

    (void)state;
    run_threads(1, 100000);
    for (uint32_t index = 1; (thread = stats_thread_at(index)) != NULL; index++) {
        seventh |= thread->number == 7;
        if (thread->number == 0)
            assert_int_equal(thread->ended - thread->began, thread->interpreter_holds.count * 50);
        holds += thread->interpreter_holds.count;
        all++;
    }
    assert_int_equal(holds, 100000);
    assert_in_range(all, STATS_THREADS, STATS_THREADS + 2);
    assert_true(seventh);
}

static void threads_that_live_keep_their_records(void **state)
{
    struct stats_thread *living[2 * STATS_THREADS];

    (void)state;
    for (uint32_t i = 0; i < 2 * STATS_THREADS; i++)
        living[i] = stats_thread(i + 1);
    run_threads(1000, 5000);
    for (uint32_t i = 0; i < 2 * STATS_THREADS; i++)
        assert_int_equal(living[i]->number, i + 1);
}

static void an_end_without_a_begin_is_ignored(void **state)
{
    struct stats_thread *thread = stats_thread(1);

    (void)state;
    stats_import_ends(thread, 100);
    stats_import_begins(thread, NULL, 200);
    stats_import_begins(thread, stats_module("known"), 210);
    stats_import_ends(thread, 220);
    stats_import_ends(thread, 300);
    stats_import_ends(thread, 400);
    assert_int_equal(stats_module("known")->self, 10);
}

static void without_memory_there_is_no_record(void **state)
{
    uintptr_t place = 1;

    (void)state;
    memory_bound(memory_taken() + 1);
    while (place < 1000000 && stats_place((const void *)place) != NULL)
        place++;
    assert_true(place < 1000000);
    assert_null(stats_place((const void *)place));
    assert_null(stats_place_known((const void *)place));
    assert_null(stats_thread(1));
}

static void a_forked_child_begins_with_nothing(void **state)
{
    (void)state;
    stats_count(stats_tally(1), 1, 0)->acquired = 5;
    stats_place(&state);
    stats_module("gone");
    stats_thread(1);
    stats_forget();
    assert_null(stats_lock_at(1));
    assert_null(stats_place_at(1));
    assert_null(stats_module_at(1));
    assert_null(stats_thread_at(1));
    assert_string_equal(stats_module("anew")->name, "anew");
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_FORGOTTEN("a place has one record", a_place_has_one_record),
        CASE_FORGOTTEN("records are listed in the order of their making",
                       records_are_listed_in_the_order_of_their_making),
        CASE_FORGOTTEN("the name of a module is copied", the_name_of_a_module_is_copied),
        CASE_FORGOTTEN("a name may be of any length", a_name_may_be_of_any_length),
        CASE_FORGOTTEN("the time of an import is shared with what it imports",
                       the_time_of_an_import_is_shared_with_what_it_imports),
        CASE_FORGOTTEN("imports of two threads are not mixed",
                       imports_of_two_threads_are_not_mixed),
        CASE_FORGOTTEN("imports may be nested deeper than is kept",
                       imports_may_be_nested_deeper_than_is_kept),
        CASE_FORGOTTEN("what an import waits for another thread is not its own time",
                       what_an_import_waits_for_another_thread_is_not_its_own_time),
        CASE_FORGOTTEN("very many threads need few records", very_many_threads_need_few_records),
        CASE_FORGOTTEN("threads that live keep their records",
                       threads_that_live_keep_their_records),
        CASE_FORGOTTEN("an end without a begin is ignored", an_end_without_a_begin_is_ignored),
        CASE_FORGOTTEN("without memory there is no record", without_memory_there_is_no_record),
        CASE_FORGOTTEN("a forked child begins with nothing", a_forked_child_begins_with_nothing),
    };

    return RUN_CASES(cases);
}
