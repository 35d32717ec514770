/* SPDX-License-Identifier: MIT */
/* What threads did as slices, holds in lanes, and the waits for a hold. */
#include "scratch.h"
#include "trace/lanes.h"
#include "trace/slices.h"
#include "trace/waiters.h"
#include "trace_reading.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

/* What is visited as a text: `<kind begin` opens, `kind end self>` closes. */
static char visited[256];

static void opens(void *context, const struct slice *slice)
{
    size_t length = strlen(visited);

    (void)context;
    snprintf(visited + length, sizeof visited - length, "<%d %d ", slice->kind, (int)slice->begin);
}

static void closes(void *context, const struct slice *slice, int64_t self)
{
    size_t length = strlen(visited);

    (void)context;
    snprintf(visited + length, sizeof visited - length, "%d %d %d> ", slice->kind, (int)slice->end,
             (int)self);
}

static void assert_visited(const struct slices *slices, const char *expected)
{
    static const struct slice_visitor visitor = {.open = opens, .close = closes};

    visited[0] = '\0';
    slices_visit(slices, &visitor, NULL);
    assert_string_equal(visited, expected);
}

static void slices_nest_and_know_their_own_time(void **state)
{
    struct model model = model_of_script("process pid=7 began=1000 ended=9000\n"
                                         "thread 1 tid=7 began=1000 flags=main\n"
                                         "2000 1 import-begins a\n"
                                         "2100 1 import-begins b\n"
                                         "2200 1 gil-waits 0xc kind=interpreter\n"
                                         "2300 1 gil-taken 0xc kind=interpreter detail=1\n"
                                         "2500 1 import-ends b detail=1\n"
                                         "3000 1 import-ends a detail=1\n"
                                         "3000 1 lock-waits 0xa0 kind=lock\n"
                                         "4000 1 lock-acquired 0xa0 kind=lock detail=1\n");
    struct slices slices = slices_of(&model);

    (void)state;
    assert_int_equal(SLICE_IMPORT, 0);
    assert_int_equal(SLICE_WAIT, 5);
    assert_int_equal(SLICE_GIL_WAIT, 6);
    assert_visited(&slices, "<0 2000 <0 2100 <6 2200 6 2300 100> 0 2500 300> 0 3000 600> "
                            "<5 3000 5 4000 1000> ");
    slices_clear(&slices);
    model_free(&model);
}

static void a_slice_that_goes_over_the_end_of_the_one_around_it_ends_there(void **state)
{
    struct model model = model_of_script("process pid=7 began=1000 ended=9000\n"
                                         "thread 1 tid=7 began=1000 flags=main\n"
                                         "2000 1 import-begins a\n"
                                         "2100 1 lock-waits 0xa0 kind=lock\n"
                                         "3000 1 import-ends a detail=1\n"
                                         "4000 1 lock-acquired 0xa0 kind=lock detail=1\n");
    struct slices slices = slices_of(&model);

    (void)state;
    assert_visited(&slices, "<0 2000 <5 2100 5 3000 900> 0 3000 100> ");
    slices_clear(&slices);
    model_free(&model);
}

static void slices_are_found_by_their_thread(void **state)
{
    struct model model = model_of_script("process pid=7 began=1000 ended=9000\n"
                                         "thread 1 tid=7 began=1000 flags=main\n"
                                         "thread 2 tid=8 began=1000\n"
                                         "thread 3 tid=9 began=1000\n"
                                         "1500 2 thread-begins\n"
                                         "2000 3 import-begins a\n"
                                         "2100 1 import-begins b\n"
                                         "2200 1 import-ends b detail=1\n"
                                         "3000 3 import-ends a detail=1\n");
    struct slices slices = slices_of(&model), part;
    size_t next = 0;

    (void)state;
    part = slices_of_thread(&slices, 0, &next);
    assert_visited(&part, "<0 2100 0 2200 100> ");
    part = slices_of_thread(&slices, 1, &next);
    assert_int_equal(part.count, 0);
    part = slices_of_thread(&slices, 2, &next);
    assert_visited(&part, "<0 2000 0 3000 1000> ");
    assert_int_equal(next, slices.count);
    slices_clear(&slices);
    model_free(&model);
}

static void holds_that_overlap_have_lanes_of_their_own(void **state)
{
    struct model model = model_of_script("process pid=7 began=1000 ended=9000\n"
                                         "thread 1 tid=7 began=1000 flags=main\n"
                                         "thread 2 tid=8 began=1000\n"
                                         "2000 1 lock-acquired 0xa0 kind=rwlock mode=read\n"
                                         "2100 2 lock-acquired 0xa0 kind=rwlock mode=read\n"
                                         "2200 1 lock-acquired 0xb0 kind=mutex\n"
                                         "2300 1 lock-released 0xa0 kind=rwlock mode=read\n"
                                         "2300 1 lock-acquired 0xa0 kind=rwlock mode=read\n");
    struct lanes lanes = lanes_of(&model.holds);

    (void)state;
    assert_int_equal(lanes.count, 4);
    assert_int_equal(lanes.items[0].lane, 0);
    assert_int_equal(lanes.items[1].lane, 1);
    assert_int_equal(lanes.items[2].lane, 0);
    assert_int_equal(lanes.items[2].lock, lanes.items[0].lock);
    assert_int_equal(lanes.items[3].lane, 0);
    assert_int_not_equal(lanes.items[3].lock, lanes.items[0].lock);
    lanes_clear(&lanes);
    model_free(&model);
}

static void all_waits_for_a_hold_are_found(void **state)
{
    struct model model = model_of_script("process pid=7 began=1000 ended=9000\n"
                                         "thread 1 tid=7 began=1000 flags=main\n"
                                         "thread 2 tid=8 began=1000\n"
                                         "thread 3 tid=9 began=1000\n"
                                         "2000 1 lock-acquired 0xa0 kind=lock\n"
                                         "2100 2 lock-waits 0xa0 kind=lock holder=1\n"
                                         "2200 3 lock-waits 0xa0 kind=lock holder=1\n"
                                         "2300 1 lock-released 0xa0 kind=lock\n"
                                         "2400 2 lock-acquired 0xa0 kind=lock detail=1\n"
                                         "2500 2 lock-released 0xa0 kind=lock\n"
                                         "2600 3 lock-acquired 0xa0 kind=lock detail=1\n");
    const struct family family = {&model.waits, &model.holds, false};
    struct waiters waiters = waiters_of(&family);
    size_t count;
    const uint32_t *waits = waiters_for(&waiters, 0, &count);

    (void)state;
    assert_int_equal(count, 2);
    assert_int_equal(waits[0], 0);
    assert_int_equal(waits[1], 1);
    waiters_for(&waiters, 1, &count);
    assert_int_equal(count, 0);
    waiters_clear(&waiters);
    model_free(&model);
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("slices nest and know their own time", slices_nest_and_know_their_own_time),
        CASE_IN_FOLDER("a slice that goes over the end of the one around it ends there",
                       a_slice_that_goes_over_the_end_of_the_one_around_it_ends_there),
        CASE_IN_FOLDER("slices are found by their thread", slices_are_found_by_their_thread),
        CASE_IN_FOLDER("holds that overlap have lanes of their own",
                       holds_that_overlap_have_lanes_of_their_own),
        CASE_IN_FOLDER("all waits for a hold are found", all_waits_for_a_hold_are_found),
    };
    return RUN_CASES(cases);
}
