/* SPDX-License-Identifier: MIT */
/* Suppressions: the file, and what fits. */
#include "report/suppressions.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

static struct suppressions suppressions;
static char told_bytes[4096], input[4096];
static struct text told;

static void hear(void *context, const char *where, unsigned line, const char *sentence)
{
    (void)context;
    text_join(&told, where, ":", NULL);
    text_add_int(&told, line);
    text_join(&told, ": ", sentence, "\n", NULL);
}

static const struct complaints complaints = {.tell = hear};

static int enter(void **state)
{
    told = text_in(told_bytes, sizeof told_bytes);
    return scratch_enter(state);
}

static int leave(void **state)
{
    suppressions_drop(&suppressions);
    return scratch_leave(state);
}

static void parse_bytes(const char *bytes, size_t size)
{
    memcpy(input, bytes, size);
    input[size] = 'x'; /* not a string */
    assert_int_equal(suppressions_parse(&suppressions, input, size, "s", &complaints), 0);
}

static void parse(const char *lines)
{
    parse_bytes(lines, strlen(lines));
}

static bool matches(const char *rule, const char *string)
{
    return suppressions_match(&suppressions, rule, string);
}

static void lines(void **state)
{
    (void)state;
    parse("# a comment\n"
          "\n"
          "lock-order:f\n"
          "  address-order :\tlib*.so  \r\n"
          "deadlock:g:h");
    assert_string_equal(told_bytes, "");
    assert_int_equal(suppressions.count, 3);
    assert_int_equal(suppressions.list[2].line, 5);
    assert_true(matches("lock-order", "f"));
    assert_true(matches("address-order", "libx.so"));
    assert_true(matches("deadlock", "g:h"));
}

static void rules(void **state)
{
    (void)state;
    parse("lock-order:f\nheld-*:g\n*:h\n");
    assert_false(matches("deadlock", "f"));
    assert_false(matches("lock-order", "ff"));
    assert_true(matches("held-at-exit", "g"));
    assert_false(matches("lock-order", "g"));
    assert_true(matches("deadlock", "h"));
}

static void concern(void **state)
{
    (void)state;
    assert_false(suppressions_concern(&suppressions, "lock-order"));
    parse("lock-order:f\n");
    assert_true(suppressions_concern(&suppressions, "lock-order"));
    assert_false(suppressions_concern(&suppressions, "deadlock"));
}

static void bad_lines(void **state)
{
    static const char bytes[] =
        "lock-order\nlock_order:f\n:f\ndeadlock:\nlock-order:a\0b\nxyzzy*:f\n"
        "deadlock:kept\n";

    (void)state;
    parse_bytes(bytes, sizeof bytes - 1);
    assert_string_equal(told_bytes,
                        "s:1: expected rule:pattern, but there is no colon\n"
                        "s:2: no rule is named 'lock_order' (did you mean 'lock-order'?)\n"
                        "s:3: expected the name of a rule before the colon\n"
                        "s:4: expected a pattern after the colon\n"
                        "s:5: expected text, but there is a NUL byte\n"
                        "s:6: no rule is named 'xyzzy*'\n");
    assert_int_equal(suppressions.count, 1);
    assert_true(matches("deadlock", "kept"));
}

static void byte_order_mark(void **state)
{
    (void)state;
    parse("\xef\xbb\xbflock-order:f");
    assert_string_equal(told_bytes, "");
    assert_true(matches("lock-order", "f"));
}

static void unmatched(void **state)
{
    (void)state;
    parse("lock-order:f\nlock-order:g\nlock-order:f*\n");
    matches("lock-order", "f");
    suppressions_tell_unmatched(&suppressions, "s", &complaints);
    assert_string_equal(told_bytes, "s:2: this suppression matched nothing\n");
}

static unsigned noted;

static void note(void *argument, const struct suppression *suppression)
{
    assert_ptr_equal(argument, &noted);
    noted = noted * 10 + suppression->line;
}

static void noted_once(void **state)
{
    (void)state;
    noted = 0;
    parse("lock-order:f\nlock-order:g\nlock-order:f*\n");
    suppressions_note(&suppressions, note, &noted);
    assert_int_equal(noted, 0);
    matches("lock-order", "f");
    suppressions_note(&suppressions, note, &noted);
    assert_int_equal(noted, 13);
    matches("lock-order", "f");
    matches("lock-order", "g");
    suppressions_note(&suppressions, note, &noted);
    assert_int_equal(noted, 132);
}

static void a_file(void **state)
{
    (void)state;
    scratch_file("s", "deadlock:f\nnonsense\n", 20, 0600);
    assert_int_equal(suppressions_read(&suppressions, "s", &complaints), 0);
    assert_true(matches("deadlock", "f"));
    assert_string_equal(told_bytes, "s:2: expected rule:pattern, but there is no colon\n");
}

static void unread_files(void **state)
{
    (void)state;
    assert_int_equal(suppressions_read(&suppressions, "none", &complaints), -ENOENT);
    scratch_file("open", "deadlock:f\n", 11, 0666);
    assert_int_equal(suppressions_read(&suppressions, "open", &complaints), -EPERM);
    assert_int_equal(suppressions.count, 0);
    assert_string_equal(told_bytes,
                        "none:0: not read: no such file or folder\n"
                        "open:0: not read: others than its owner can write it, expected no such "
                        "right (chmod go-w)\n");
}

static void large_files(void **state)
{
    static char large[(1 << 20) + 1];

    (void)state;
    memset(large, '#', sizeof large);
    scratch_file("large", large, sizeof large, 0600);
    assert_int_equal(suppressions_read(&suppressions, "large", &complaints), -EFBIG);
    assert_string_equal(told_bytes, "large:0: not read: too large\n");
}

#define SUPPRESSIONS_CASE(sentence, function)  \
    {                                          \
        sentence, function, enter, leave, NULL \
    }

int main(void)
{
    const struct CMUnitTest cases[] = {
        SUPPRESSIONS_CASE("a line is a rule and a pattern, space around them means nothing", lines),
        SUPPRESSIONS_CASE("both are globs, and have to fit whole", rules),
        SUPPRESSIONS_CASE("it is known whether there is any for a rule", concern),
        SUPPRESSIONS_CASE("a bad line is told with what was expected, the others hold", bad_lines),
        SUPPRESSIONS_CASE("a byte order mark is skipped", byte_order_mark),
        SUPPRESSIONS_CASE("what has fitted nothing can be told", unmatched),
        SUPPRESSIONS_CASE("what has fitted is noted once", noted_once),
        SUPPRESSIONS_CASE("a file is read, and its bad lines told", a_file),
        SUPPRESSIONS_CASE("a file that is missing or that others can write is told", unread_files),
        SUPPRESSIONS_CASE("a file that is too large is told", large_files),
    };

    return RUN_CASES(cases);
}
