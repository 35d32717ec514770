/* SPDX-License-Identifier: MIT */
/* Places in memory whose locks are an interpreter's own. */
#include "unit.h"

#include "locks/left_out.h"

static char memory[100];

static void a_place_has_what_lies_in_it(void **state)
{
    (void)state;
    assert_false(left_out_has(memory));
    assert_true(left_out_add(memory + 10, memory + 20));
    assert_false(left_out_has(memory + 9));
    assert_true(left_out_has(memory + 10));
    assert_true(left_out_has(memory + 19));
    assert_false(left_out_has(memory + 20));
    assert_false(left_out_has(NULL));
    left_out_remove(memory + 10);
    assert_false(left_out_has(memory + 10));
}

static void a_place_that_was_given_back_is_used_again(void **state)
{
    unsigned most = 0;

    (void)state;
    while (most < 1000 && left_out_add(memory + 50, memory + 51))
        most++;
    assert_in_range(most, 64, 999);
    assert_true(left_out_has(memory + 50));
    left_out_remove(memory + 50);
    assert_false(left_out_has(memory + 50));
    assert_true(left_out_add(memory + 60, memory + 70));
    assert_true(left_out_has(memory + 65));
    left_out_remove(memory + 60);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a place has what lies in it", a_place_has_what_lies_in_it),
        CASE("a place that was given back is used again",
             a_place_that_was_given_back_is_used_again),
    };

    return RUN_CASES(cases);
}
