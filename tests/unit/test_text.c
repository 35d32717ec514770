/* SPDX-License-Identifier: MIT */
/* Text in a buffer: what fits, what is cut. */
#include "base/text.h"

#include "base/error.h"
#include "unit.h"

#include <errno.h>

static void starts_empty(void **state)
{
    char buffer[8] = "garbage";
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    assert_string_equal(text.bytes, "");
    assert_int_equal(text.length, 0);
    assert_false(text.cut);
}

static void joins_strings(void **state)
{
    char buffer[32];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "one");
    text_join(&text, " two", "", " three", NULL);
    assert_string_equal(text.bytes, "one two three");
    assert_int_equal(text.length, 13);
}

static void adds_numbers(void **state)
{
    char buffer[80];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add_int(&text, 0);
    text_add(&text, " ");
    text_add_int(&text, -7);
    text_add(&text, " ");
    text_add_int(&text, INT64_MAX);
    text_add(&text, " ");
    text_add_int(&text, INT64_MIN);
    assert_string_equal(text.bytes, "0 -7 9223372036854775807 -9223372036854775808");
}

static void fills_the_buffer(void **state)
{
    char buffer[6];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "12345");
    assert_string_equal(text.bytes, "12345");
    assert_false(text.cut);
}

static void ends_a_cut_text_in_dots(void **state)
{
    char buffer[8];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "123456");
    text_add(&text, "78");
    assert_string_equal(text.bytes, "1234...");
    assert_true(text.cut);
    assert_int_equal(text.length, 7);
}

static void cuts_between_characters(void **state)
{
    char buffer[9];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "1234\xe2\x82\xac"
                    "567");
    assert_string_equal(text.bytes, "1234...");
    assert_int_equal(text.length, 7);
}

static void adds_nothing_to_a_cut_text(void **state)
{
    char buffer[8];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "123456789");
    text_add(&text, "x");
    text_add_int(&text, 5);
    assert_string_equal(text.bytes, "1234...");
}

static void cuts_in_the_smallest_buffer(void **state)
{
    char buffer[4];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "1234");
    assert_string_equal(text.bytes, "...");
    assert_true(text.cut);
}

static void takes_bytes_as_they_are(void **state)
{
    char buffer[8];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add_bytes(&text, "a\0b", 3);
    assert_int_equal(text.length, 3);
    assert_memory_equal(text.bytes, "a\0b", 4);
}

static void says_an_errno_in_words(void **state)
{
    char buffer[64];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    text_add_error(&text, ENOENT);
    assert_string_equal(text.bytes, "no such file or folder");
    text = text_in(buffer, sizeof buffer);
    text_add_error(&text, 9999);
    assert_string_equal(text.bytes, "errno 9999");
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a text starts empty whatever stood in its buffer", starts_empty),
        CASE("strings are added in their order", joins_strings),
        CASE("numbers are added in decimal down to the smallest", adds_numbers),
        CASE("a text that just fits is not cut", fills_the_buffer),
        CASE("a text that does not fit ends in three dots", ends_a_cut_text_in_dots),
        CASE("a text is cut between characters", cuts_between_characters),
        CASE("nothing follows the dots of a cut text", adds_nothing_to_a_cut_text),
        CASE("the smallest buffer holds the dots", cuts_in_the_smallest_buffer),
        CASE("bytes may be NUL", takes_bytes_as_they_are),
        CASE("an errno is said in words or else as its number", says_an_errno_in_words),
    };

    return RUN_CASES(cases);
}
