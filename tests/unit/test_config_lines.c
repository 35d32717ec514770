/* SPDX-License-Identifier: MIT */
/* The lines of a configuration file: what is one, what is told and at which number. */
#include "config_reading.h"
#include "scratch.h"
#include "unit.h"

#include <string.h>

static const char NOT_UNDERSTOOD[] = ": expected 'name = value', '[section]' or a comment\n";

static void bad_lines(void **state)
{
    char expected[512];
    struct text text = text_in(expected, sizeof expected);

    (void)state;
    take("nonsense\n"
         "[hook a]\n"
         "nonsense\n"
         "warn = 1\n"
         "more nonsense\n"
         "= 2\n"
         ": 3\n"
         "warn ; = 4\n"
         "warn = 5");
    text_join(&text, "1", NOT_UNDERSTOOD, "3", NOT_UNDERSTOOD, "5", NOT_UNDERSTOOD, NULL);
    text_join(&text, "6", NOT_UNDERSTOOD, "7", NOT_UNDERSTOOD, "8", NOT_UNDERSTOOD, NULL);
    assert_told(expected);
    assert_hooks("4 a warn(1)\n9 a warn(5)\n");
}

static void last_line_bad(void **state)
{
    (void)state;
    take("[hook a]\nwarn = 1\nnonsense");
    assert_told("3: expected 'name = value', '[section]' or a comment\n");
    assert_hooks("2 a warn(1)\n");
}

static void lines_below_a_bad_one(void **state)
{
    (void)state;
    take("[hook a]\n"
         "exec = one\n"
         "nonsense\n"
         "    below it\n"
         "    [and = this]\n"
         "= 1\n"
         "    below it\n"
         "warn = 1\n"
         "    two\n");
    assert_told("3: expected 'name = value', '[section]' or a comment\n"
                "6: expected 'name = value', '[section]' or a comment\n");
    assert_hooks("2 a exec(one)\n8 a warn(1\ntwo)\n");
}

static void long_line(void **state)
{
    char file[1024] = "[hook a]\nwarn = 1\nwarn = ";
    size_t length = strlen(file);

    (void)state;
    memset(file + length, 'x', 400);
    strcpy(file + length + 400, "\n    below it\nwarn = 2\n");
    take(file);
    assert_told("3: expected at most 197 bytes in a line (a value may go on in indented lines)\n");
    assert_hooks("2 a warn(1)\n5 a warn(2)\n");
}

static void longest_line(void **state)
{
    char file[1024] = "[hook a]\n";

    (void)state;
    memset(file + 9, 'x', 197);
    memcpy(file + 9, "warn = ", 7);
    strcpy(file + 9 + 197, "\r\n");
    take(file);
    assert_nothing_told();
    assert_int_equal(hooks.length, strlen("2 a warn()\n") + 190);

    strcpy(file + 9 + 197, "x\n");
    take(file);
    assert_int_equal(strncmp(told.bytes, "2: expected at most 197 bytes", 29), 0);
    assert_hooks("");
}

static void long_comment(void **state)
{
    char file[1024] = "[hook a]\n";

    (void)state;
    memset(file + 9, '#', 600);
    strcpy(file + 609, "\nwarn = 1\n");
    take(file);
    assert_nothing_told();
    assert_hooks("3 a warn(1)\n");
}

static void bad_part_of_a_value(void **state)
{
    char file[1024] = "[hook a]\nexec = one\n  two\n  ";
    size_t length = strlen(file);

    (void)state;
    memset(file + length, 'x', 400);
    strcpy(file + length + 400, "\n  three\nwarn = 1\n");
    take(file);
    assert_told("4: expected at most 197 bytes in a line (a value may go on in indented lines)\n");
    assert_hooks("6 a warn(1)\n");
}

static void nul_bytes(void **state)
{
    static const char file[] = "[hook a]\n"
                               "warn = 1\n"
                               "warn = \0 2\n"
                               "# \0\n"
                               "\0\n"
                               "exec = x\n"
                               "    \0\n"
                               "warn = 3\n"
                               "[hook \0b]\n"
                               "warn = 4\n";

    (void)state;
    take_bytes(file, sizeof file - 1);
    assert_told("3: expected text, found a NUL byte\n"
                "4: expected text, found a NUL byte\n"
                "5: expected text, found a NUL byte\n"
                "7: expected text, found a NUL byte\n"
                "9: expected text, found a NUL byte\n");
    assert_hooks("2 a warn(1)\n8 a warn(3)\n");
}

static void windows_lines(void **state)
{
    (void)state;
    take("[hook a]\r\n"
         "exec = one\r\n"
         "  two\r\n"
         "\r\n"
         "nonsense\r\n"
         "[report]\r\n"
         "log = x\r\n");
    assert_told("5: expected 'name = value', '[section]' or a comment\n");
    assert_hooks("2 a exec(one\ntwo)\n");
    assert_string_equal(options.log, "x");
}

static void byte_order_mark(void **state)
{
    (void)state;
    take("\xef\xbb\xbf[report]\nlog = x\n");
    assert_nothing_told();
    assert_string_equal(options.log, "x");
    take("\xef\xbb\xbflog = x\n");
    assert_told("1: 'log' stands before the first section: expected a '[section]' above it\n");
}

static void many_bad_lines(void **state)
{
    static char file[1 << 14];
    struct text text = text_in(file, sizeof file);

    (void)state;
    for (int i = 0; i < 150; i++)
        text_add(&text, "nonsense\n");
    text_add(&text, "[report]\nlog = x\n");
    take(file);
    assert_non_null(strstr(told.bytes, "\n100: expected"));
    assert_non_null(
        strstr(told.bytes, "\n101: this line and more are bad: so many are not told one by one\n"));
    assert_null(strstr(told.bytes, "\n102: "));
    assert_string_equal(options.log, "x");
}

static void order_of_lines(void **state)
{
    (void)state;
    take("[hook a]\n"
         "reload = perhaps\n"
         "[hook b]\n"
         "call = bad\n"
         "nonsense\n"
         "native = bad\n"
         "[hook c\n");
    assert_told("1: this section does nothing: expected warn, call, exec or native in it\n"
                "2: 'reload' is 'perhaps': expected yes or no\n"
                "4: 'call' is 'bad': expected module:function\n"
                "5: expected 'name = value', '[section]' or a comment\n"
                "6: 'native' is 'bad': expected /absolute/path.so:symbol\n"
                "7: expected a section's name between '[' and ']', and nothing else\n");
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("each line that is none is told once", bad_lines),
        CASE_IN_FOLDER("a bad last line without a newline is told", last_line_bad),
        CASE_IN_FOLDER("lines indented below a bad one are left out with it",
                       lines_below_a_bad_one),
        CASE_IN_FOLDER("a line too long is told with the limit", long_line),
        CASE_IN_FOLDER("the longest line is taken whole", longest_line),
        CASE_IN_FOLDER("a comment may have any length", long_comment),
        CASE_IN_FOLDER("an action with a bad part is not handed out", bad_part_of_a_value),
        CASE_IN_FOLDER("a NUL byte is told and its line left out", nul_bytes),
        CASE_IN_FOLDER("Windows line ends are line ends", windows_lines),
        CASE_IN_FOLDER("a byte order mark is skipped", byte_order_mark),
        CASE_IN_FOLDER("many bad lines are told in a bounded number", many_bad_lines),
        CASE_IN_FOLDER("what is wrong is told in the order of lines", order_of_lines),
    };

    return RUN_CASES(cases);
}
