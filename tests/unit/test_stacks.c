/* SPDX-License-Identifier: MIT */
/* Stacks that are kept, each once. */
#include "unit.h"

#include "base/memory.h"
#include "locks/stacks.h"

enum { MANY = 20000 };

static const char code[MANY + STACK_FRAMES_MAX];
static const void *frames[STACK_FRAMES_MAX];

/* A stack of its own for each number. */
static stack_id keep(unsigned number, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        frames[i] = &code[number + i];
    return stacks_keep(frames, count);
}

static void assert_kept(stack_id id, unsigned number, unsigned count)
{
    unsigned length;
    const void *const *kept = stacks_frames(id, &length);

    assert_int_equal(length, count);
    for (unsigned i = 0; i < count; i++)
        assert_ptr_equal(kept[i], &code[number + i]);
}

static void no_frames_are_no_stack(void **state)
{
    unsigned count = 5;

    (void)state;
    assert_int_equal(keep(0, 0), 0);
    assert_null(stacks_frames(0, &count));
    assert_int_equal(count, 0);
}

static void a_stack_is_kept_once(void **state)
{
    stack_id id = keep(1, 10);
    size_t taken = memory_taken();

    (void)state;
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(keep(1, 10), id);
    assert_int_equal(memory_taken(), taken);
    assert_kept(id, 1, 10);
}

static void the_beginning_of_a_stack_is_another(void **state)
{
    stack_id whole = keep(1, 10), part = keep(1, 9);

    (void)state;
    assert_int_not_equal(whole, part);
    assert_kept(whole, 1, 10);
    assert_kept(part, 1, 9);
}

static void thousands_of_stacks_are_kept_apart(void **state)
{
    static stack_id ids[MANY];

    (void)state;
    for (unsigned i = 0; i < MANY; i++)
        ids[i] = keep(i, 1 + i % STACK_FRAMES_MAX);
    for (unsigned i = 0; i < MANY; i++)
        assert_kept(ids[i], i, 1 + i % STACK_FRAMES_MAX);
}

static void without_memory_a_stack_is_none_and_kept_ones_stay(void **state)
{
    stack_id id = keep(1, 10), last = id;
    unsigned number = 2;

    (void)state;
    memory_bound(1);
    while (number < MANY && (last = keep(number, STACK_FRAMES_MAX)) != 0)
        number++;
    memory_bound(0);
    assert_int_equal(last, 0);
    assert_kept(id, 1, 10);
    last = keep(number, STACK_FRAMES_MAX);
    assert_kept(last, number, STACK_FRAMES_MAX);
}

static int begin(void **state)
{
    (void)state;
    stacks_reset();
    return 0;
}

#define CASE_FROM_NOTHING(sentence, function) \
    {                                         \
        sentence, function, begin, NULL, NULL \
    }

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_FROM_NOTHING("no frames are no stack", no_frames_are_no_stack),
        CASE_FROM_NOTHING("a stack is kept once", a_stack_is_kept_once),
        CASE_FROM_NOTHING("the beginning of a stack is another",
                          the_beginning_of_a_stack_is_another),
        CASE_FROM_NOTHING("thousands of stacks are kept apart", thousands_of_stacks_are_kept_apart),
        CASE_FROM_NOTHING("without memory a stack is none and kept ones stay",
                          without_memory_a_stack_is_none_and_kept_ones_stay),
    };

    return RUN_CASES(cases);
}
