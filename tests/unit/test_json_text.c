/* SPDX-License-Identifier: MIT */
#include "trace/json_text.h"
#include "unit.h"

#include <string.h>

static struct json_text text;

static int empty_it(void **state)
{
    (void)state;
    json_text_clear(&text);
    return 0;
}

#define CASE_OF_TEXT(sentence, function)         \
    {                                            \
        sentence, function, NULL, empty_it, NULL \
    }

static void assert_text(const char *expected)
{
    assert_int_equal(text.count, strlen(expected));
    assert_memory_equal(text.bytes, expected, text.count);
}

static void commas_stand_between_values_alone(void **state)
{
    (void)state;
    json_text_open(&text, NULL, '{');
    json_text_number(&text, "a", 1);
    json_text_open(&text, "b", '[');
    json_text_word(&text, NULL, "null");
    json_text_string(&text, NULL, "[");
    json_text_string(&text, NULL, "{");
    json_text_open(&text, NULL, '{');
    json_text_close(&text, '}');
    json_text_close(&text, ']');
    json_text_word(&text, "c", "true");
    json_text_close(&text, '}');
    assert_text("{\"a\":1,\"b\":[null,\"[\",\"{\",{}],\"c\":true}");
}

static void strings_are_escaped(void **state)
{
    (void)state;
    json_text_string(&text, NULL,
                     "a\"b\\c\nd\x1f"
                     "e\xc3\xa9/");
    assert_text("\"a\\\"b\\\\c\\u000ad\\u001fe\xc3\xa9/\"");
    empty_it(NULL);
    json_text_string(&text, NULL, "");
    assert_text("\"\"");
}

static void numbers_are_whole(void **state)
{
    (void)state;
    json_text_open(&text, NULL, '[');
    json_text_number(&text, NULL, 0);
    json_text_number(&text, NULL, -1);
    json_text_number(&text, NULL, INT64_MAX);
    json_text_number(&text, NULL, INT64_MIN);
    assert_text("[0,-1,9223372036854775807,-9223372036854775808");
}

static void microseconds_keep_the_nanoseconds(void **state)
{
    (void)state;
    json_text_open(&text, NULL, '[');
    json_text_microseconds(&text, NULL, 0);
    json_text_microseconds(&text, NULL, 7);
    json_text_microseconds(&text, NULL, 1050);
    json_text_microseconds(&text, NULL, -2000001);
    json_text_microseconds(&text, NULL, INT64_MAX);
    assert_text("[0.000,0.007,1.050,-2000.001,9223372036854775.807");
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_OF_TEXT("commas stand between values alone", commas_stand_between_values_alone),
        CASE_OF_TEXT("strings are escaped", strings_are_escaped),
        CASE_OF_TEXT("numbers are whole", numbers_are_whole),
        CASE_OF_TEXT("microseconds keep the nanoseconds", microseconds_keep_the_nanoseconds),
    };
    return RUN_CASES(cases);
}
