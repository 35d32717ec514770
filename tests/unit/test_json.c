/* SPDX-License-Identifier: MIT */
/* JSON into a text. */
#include "report/json.h"

#include "unit.h"

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char bytes[1024];
static struct text text;

static int empty(void **state)
{
    (void)state;
    text = text_in(bytes, sizeof bytes);
    return 0;
}

#define JSON_CASE(sentence, function)         \
    {                                         \
        sentence, function, empty, NULL, NULL \
    }

static void structure(void **state)
{
    (void)state;
    json_add_object(&text, NULL);
    json_add_number(&text, "a", -1);
    json_add_array(&text, "b");
    json_add_array_end(&text);
    json_add_array(&text, "c");
    json_add_string(&text, NULL, "{");
    json_add_string(&text, NULL, "[");
    json_add_object(&text, NULL);
    json_add_object_end(&text);
    json_add_object(&text, NULL);
    json_add_hex(&text, "d", 0x1f);
    json_add_bytes(&text, "e", (const unsigned char *)"\x01\xfe", 2);
    json_add_true(&text, "f");
    json_add_object_end(&text);
    json_add_array_end(&text);
    json_add_object_end(&text);
    assert_string_equal(
        bytes, "{\"a\":-1,\"b\":[],\"c\":[\"{\",\"[\",{},{\"d\":\"0x1f\",\"e\":\"01fe\",\"f\":true}]}");
}

static void escapes(void **state)
{
    (void)state;
    json_add_string(&text, NULL, "a\"b\\c\nd\te\x01\x1b\x7f/");
    assert_string_equal(bytes, "\"a\\\"b\\\\c\\nd\\te\\u0001\\u001b\\u007f/\"");
}

static void utf8(void **state)
{
    (void)state;
    json_add_string(&text, NULL, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8d");
    assert_string_equal(bytes, "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x8d\"");
}

static void not_utf8(void **state)
{
    static const char *const bad[] = {
        "\xff",         "\xc3", "\xc0\x80",         "\xed\xa0\x80",    "\xe0\x80\x80",
        "\xf5\x80\x80", "\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        empty(state);
        json_add_string(&text, NULL, bad[i]);
        assert_non_null(strstr(bytes, "\\ufffd"));
        for (const char *at = bytes; *at != '\0'; at++)
            assert_true((unsigned char)*at < 0x80);
    }
    empty(state);
    json_add_string(&text, NULL, "a\xe2\x82z");
    assert_string_equal(bytes, "\"a\\ufffd\\ufffdz\"");
}

/* Returns false for what no reader of JSON would take as a string. */
static bool is_string(const char *string)
{
    size_t length = strlen(string);

    if (length < 2 || *string != '"' || string[length - 1] != '"')
        return false;
    for (const char *at = string + 1; at < string + length - 1; at++) {
        if ((unsigned char)*at < ' ' || *at == '"')
            return false;
        if (*at == '\\' && strchr("\"\\ntu", *++at) == NULL)
            return false;
    }
    return mbstowcs(NULL, string, 0) != (size_t)-1;
}

static void any_bytes(void **state)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        skip();
    srand(1);
    for (int i = 0; i < 20000; i++) {
        char input[16];

        for (size_t j = 0; j < sizeof input; j++)
            input[j] = (char)(rand() % 4 == 0   ? "\xe2\xf0\xed\xc3\"\\"[rand() % 6]
                              : rand() % 2 == 0 ? 0x80 + rand() % 64
                                                : rand());
        input[sizeof input - 1] = '\0';
        empty(state);
        json_add_string(&text, NULL, input);
        assert_true(is_string(bytes));
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        JSON_CASE("members and elements get their commas", structure),
        JSON_CASE("quotes, backslashes and control characters are escaped", escapes),
        JSON_CASE("UTF-8 stays as it is", utf8),
        JSON_CASE("what is not UTF-8 is replaced byte by byte", not_utf8),
        JSON_CASE("any bytes make a string that readers take", any_bytes),
    };

    return RUN_CASES(cases);
}
