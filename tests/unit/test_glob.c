/* SPDX-License-Identifier: MIT */
/* Globs over names. */
#include "base/glob.h"

#include "unit.h"

#include <string.h>
#include <time.h>

static void plain_names(void **state)
{
    (void)state;
    assert_true(glob_match("threading", "threading"));
    assert_true(glob_match("", ""));
    assert_false(glob_match("threading", "threadin"));
    assert_false(glob_match("threadin", "threading"));
    assert_false(glob_match("threading", "Threading"));
    assert_false(glob_match("", "a"));
}

static void stars(void **state)
{
    (void)state;
    assert_true(glob_match("*", ""));
    assert_true(glob_match("*", "a.b/c"));
    assert_true(glob_match("os.*", "os.path"));
    assert_false(glob_match("os.*", "os"));
    assert_true(glob_match("a*b*c", "aXbYbZc"));
    assert_true(glob_match("**a**", "bab"));
    assert_true(glob_match("*.so", "/lib/libc.so"));
    assert_false(glob_match("*.so", "/lib/libc.so.6"));
    assert_true(glob_match("*ab", "aab"));
}

static void question_marks(void **state)
{
    (void)state;
    assert_true(glob_match("a?c", "abc"));
    assert_false(glob_match("a?c", "ac"));
    assert_false(glob_match("?", ""));
    assert_true(glob_match("?*", "a"));
}

static void sets(void **state)
{
    (void)state;
    assert_true(glob_match("lib[a-c]", "libb"));
    assert_false(glob_match("lib[a-c]", "libd"));
    assert_true(glob_match("[ace][0-9]", "e7"));
    assert_true(glob_match("[!a-c]", "d"));
    assert_false(glob_match("[!a-c]", "b"));
    assert_false(glob_match("[!a-c]", ""));
    assert_true(glob_match("*[0-9]", "py3"));
    assert_false(glob_match("[a]", "]"));
    assert_false(glob_match("[!a]", "a"));
}

static void odd_members(void **state)
{
    (void)state;
    assert_true(glob_match("[]]", "]"));
    assert_true(glob_match("[]a]", "a"));
    assert_true(glob_match("[!]]", "a"));
    assert_false(glob_match("[!]]", "]"));
    assert_true(glob_match("[a-]", "-"));
    assert_true(glob_match("[-a]", "-"));
    assert_true(glob_match("[*]", "*"));
    assert_false(glob_match("[*]", "a"));
    assert_true(glob_match("[\xc0-\xff]", "\xe9"));
    assert_false(glob_match("[c-a]", "b"));
}

static void unclosed_sets(void **state)
{
    (void)state;
    assert_true(glob_match("a[b", "a[b"));
    assert_false(glob_match("a[b", "ab"));
    assert_true(glob_match("[", "["));
    assert_true(glob_match("[!", "[!"));
    assert_true(glob_match("[]", "[]"));
}

static void patterns(void **state)
{
    (void)state;
    assert_true(glob_is_pattern("os.*"));
    assert_true(glob_is_pattern("o?"));
    assert_true(glob_is_pattern("[o]s"));
    assert_false(glob_is_pattern("os.path"));
    assert_false(glob_is_pattern(""));
    assert_false(glob_is_pattern("a]!-"));
}

static void hostile_pattern(void **state)
{
    static char pattern[2001], name[20001];

    (void)state;
    for (size_t i = 0; i + 1 < sizeof pattern; i += 2)
        memcpy(pattern + i, "*a", 2);
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 2] = 'b';

    clock_t before = clock();
    assert_false(glob_match(pattern, name));
    assert_true(clock() - before < 5 * CLOCKS_PER_SEC);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a plain name matches itself only", plain_names),
        CASE("a star is any run of characters, dots and slashes too", stars),
        CASE("a question mark is exactly one character", question_marks),
        CASE("a set is one of its members or ranges, or none of them", sets),
        CASE("a set may hold brackets, dashes, stars and bytes beyond ASCII", odd_members),
        CASE("a bracket that is never closed stands for itself", unclosed_sets),
        CASE("a pattern is told from a plain name", patterns),
        CASE("a pattern of a thousand stars is matched in bounded time", hostile_pattern),
    };

    return RUN_CASES(cases);
}
