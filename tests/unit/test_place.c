/* SPDX-License-Identifier: MIT */
/* Places as text. */
#include "report/place.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

static char bytes[512];

static const char *text_of(struct place place)
{
    struct text text = text_in(bytes, sizeof bytes);

    place_text(&text, &place);
    return bytes;
}

static const void *in_library(size_t offset)
{
    return (const char *)(uintptr_t)_cmocka_run_group_tests + offset;
}

static void functions(void **state)
{
    (void)state;
    assert_memory_equal(text_of((struct place){.address = in_library(0x1f)}),
                        "_cmocka_run_group_tests+0x1f (libcmocka.so", 42);
    struct place frame = place_of_frame(in_library(0x1f));
    assert_ptr_equal(frame.address, in_library(0x1f));
    assert_false(frame.is_data);
}

static void ends_of_functions(void **state)
{
    (void)state;
    /* The call was the last instruction of whatever stands before. */
    assert_null(
        strstr(text_of((struct place){.address = in_library(0)}), "_cmocka_run_group_tests+"));
}

static void data(void **state)
{
    const char *variable = (const char *)&stderr; /* a copy, in the program */

    (void)state;
    assert_memory_equal(text_of((struct place){.address = variable, .is_data = true}), "stderr (",
                        8);
    assert_memory_equal(text_of((struct place){.address = variable + 2, .is_data = true}),
                        "stderr+0x2 (", 12);
}

static int local;

static void without_symbol(void **state)
{
    struct place_found found;
    struct place place = {.address = &local, .is_data = true};

    (void)state;
    assert_true(place_find(&place, &found));
    assert_string_equal(found.object_name, "place.test");
    if (*found.symbol == '\0')
        assert_memory_equal(text_of(place), "+0x", 3);
    assert_non_null(strstr(text_of(place), " (place.test)"));
}

static void prepared(void **state)
{
    struct place_found found;
    struct place place = {.address = &local, .is_data = true};

    (void)state;
    place_prepare();
    assert_true(place_find(&place, &found));
    assert_int_equal(found.object[0], '/');
    assert_string_equal(found.object_name, "place.test");
}

static void unknown(void **state)
{
    (void)state;
    assert_string_equal(text_of((struct place){.address = (void *)0x1234}), "0x1234 (unknown)");
    assert_string_equal(text_of((struct place){0}), "an unknown place");
    assert_string_equal(text_of((struct place){.address = (void *)1, .text = "a.py:3 in f"}),
                        "a.py:3 in f");
}

static void numbers(void **state)
{
    const struct place one = {.address = in_library(8)}, two = {.address = in_library(9)};
    const struct place text = {.text = "a.py:3"};

    (void)state;
    assert_int_equal(place_mix(1, &one), place_mix(1, &one));
    assert_int_not_equal(place_mix(1, &one), place_mix(1, &two));
    assert_int_not_equal(place_mix(1, &one), place_mix(2, &one));
    assert_int_equal(place_mix(1, &text), finding_mix(1, "a.py:3"));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a place in code is function, offset and object", functions),
        CASE("a return address belongs to the function that called", ends_of_functions),
        CASE("a place in data is the variable and its object", data),
        CASE("without a symbol the offset in the object is told", without_symbol),
        CASE("the program's own file is known by its full name", prepared),
        CASE("a place in no object is told by its address, and one with a text by that", unknown),
        CASE("the number of a place is that of its object and offset", numbers),
    };

    return RUN_CASES(cases);
}
