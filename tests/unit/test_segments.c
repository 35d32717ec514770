/* SPDX-License-Identifier: MIT */
/* The order that thread creation and join make. */
#include "unit.h"

#include "base/memory.h"
#include "locks/segments.h"

static struct segments segments;

static int begin(void **state)
{
    (void)state;
    segments_init(&segments);
    return 0;
}

static int end(void **state)
{
    (void)state;
    memory_bound(0);
    segments_clear(&segments);
    return memory_taken() != 0;
}

static void what_precedes_a_creation_precedes_the_child(void **state)
{
    segment_id main = segments_start(&segments), before = main;
    segment_id child = segments_create(&segments, &main);

    (void)state;
    assert_true(segments_are_ordered(&segments, before, child));
    assert_true(segments_are_ordered(&segments, child, before));
    assert_true(segments_are_ordered(&segments, before, main));
}

static void a_child_and_what_follows_its_creation_are_unordered(void **state)
{
    segment_id main = segments_start(&segments);
    segment_id child = segments_create(&segments, &main);

    (void)state;
    assert_false(segments_are_ordered(&segments, main, child));
    assert_false(segments_are_ordered(&segments, child, main));
}

static void what_follows_a_join_follows_the_joined_thread(void **state)
{
    segment_id main = segments_start(&segments);
    segment_id child = segments_create(&segments, &main), between = main;

    (void)state;
    segments_join(&segments, &main, child);
    assert_true(segments_are_ordered(&segments, child, main));
    assert_false(segments_are_ordered(&segments, child, between));
}

static void siblings_are_unordered_unless_one_was_joined_before(void **state)
{
    segment_id main = segments_start(&segments);
    segment_id first = segments_create(&segments, &main);
    segment_id second = segments_create(&segments, &main);

    (void)state;
    segments_join(&segments, &main, first);
    segment_id third = segments_create(&segments, &main);
    assert_false(segments_are_ordered(&segments, first, second));
    assert_true(segments_are_ordered(&segments, first, third));
    assert_false(segments_are_ordered(&segments, second, third));
}

static void threads_that_nobody_was_seen_to_create_are_unordered(void **state)
{
    segment_id one = segments_start(&segments), other = segments_start(&segments);

    (void)state;
    assert_false(segments_are_ordered(&segments, one, other));
}

static void a_segment_is_ordered_with_itself(void **state)
{
    segment_id main = segments_start(&segments);

    (void)state;
    assert_true(segments_are_ordered(&segments, main, main));
}

static void unknown_is_ordered_with_nothing(void **state)
{
    segment_id main = segments_start(&segments);

    (void)state;
    assert_false(segments_are_ordered(&segments, SEGMENT_UNKNOWN, main));
    assert_false(segments_are_ordered(&segments, SEGMENT_UNKNOWN, SEGMENT_UNKNOWN));
}

static void without_memory_segments_are_unknown(void **state)
{
    segment_id main, child;

    (void)state;
    memory_bound(1);
    assert_int_equal(segments_start(&segments), SEGMENT_UNKNOWN);
    memory_bound(0);
    main = segments_start(&segments);
    memory_bound(1);
    while ((child = segments_create(&segments, &main)) != SEGMENT_UNKNOWN)
        continue;
    segments_join(&segments, &main, child);
    assert_int_equal(main, SEGMENT_UNKNOWN);
}

static void any_ordered_finds_one_pair_among_many(void **state)
{
    segment_id main = segments_start(&segments), children[1000];

    (void)state;
    for (int i = 0; i < 1000; i++)
        children[i] = segments_create(&segments, &main);
    assert_false(segments_any_ordered(&segments, children, 1000));
    segments_join(&segments, &main, children[3]);
    children[777] = segments_create(&segments, &main);
    assert_true(segments_any_ordered(&segments, children, 1000));
}

static void a_chain_of_100000_threads_is_walked(void **state)
{
    segment_id first = segments_start(&segments), last = first, main = first;

    (void)state;
    for (int i = 0; i < 100000; i++)
        last = segments_create(&segments, &last);
    for (int i = 0; i < 100000; i++)
        segments_create(&segments, &main);
    assert_true(segments_are_ordered(&segments, first, last));
    assert_true(segments_are_ordered(&segments, main, first));
    assert_false(segments_are_ordered(&segments, main, last));
}

/* Each of these diamonds doubles the number of paths. */
static void many_paths_are_not_walked_one_by_one(void **state)
{
    segment_id first = segments_start(&segments), main = first;
    segment_id other = segments_start(&segments);

    (void)state;
    for (int i = 0; i < 10000; i++) {
        segment_id child = segments_create(&segments, &main);

        segments_join(&segments, &main, child);
    }
    assert_true(segments_are_ordered(&segments, first, main));
    assert_false(segments_are_ordered(&segments, other, main));
}

#define CASE_OF_SEGMENTS(sentence, function) \
    {                                        \
        sentence, function, begin, end, NULL \
    }

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_OF_SEGMENTS("what precedes a creation precedes the child",
                         what_precedes_a_creation_precedes_the_child),
        CASE_OF_SEGMENTS("a child and what follows its creation are unordered",
                         a_child_and_what_follows_its_creation_are_unordered),
        CASE_OF_SEGMENTS("what follows a join follows the joined thread",
                         what_follows_a_join_follows_the_joined_thread),
        CASE_OF_SEGMENTS("siblings are unordered unless one was joined before",
                         siblings_are_unordered_unless_one_was_joined_before),
        CASE_OF_SEGMENTS("threads that nobody was seen to create are unordered",
                         threads_that_nobody_was_seen_to_create_are_unordered),
        CASE_OF_SEGMENTS("a segment is ordered with itself", a_segment_is_ordered_with_itself),
        CASE_OF_SEGMENTS("unknown is ordered with nothing", unknown_is_ordered_with_nothing),
        CASE_OF_SEGMENTS("without memory segments are unknown",
                         without_memory_segments_are_unknown),
        CASE_OF_SEGMENTS("any_ordered finds one pair among many",
                         any_ordered_finds_one_pair_among_many),
        CASE_OF_SEGMENTS("a chain of 100,000 threads is walked",
                         a_chain_of_100000_threads_is_walked),
        CASE_OF_SEGMENTS("many paths are not walked one by one",
                         many_paths_are_not_walked_one_by_one),
    };

    return RUN_CASES(cases);
}
