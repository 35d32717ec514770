/* SPDX-License-Identifier: MIT */
/*
 * Globs over names.  Called for each imported module and for suppressions, in any
 * thread; it must never recurse or allocate, and a hostile pattern must not cost more
 * than pattern length times name length.
 */
#include "base/glob.h"

#include <stddef.h>
#include <string.h>

bool glob_is_pattern(const char *pattern)
{
    return strpbrk(pattern, "*?[") != NULL;
}

/* Returns what follows the ']' of the set that `set` opens, or NULL: it is never closed. */
static const char *set_end(const char *set)
{
    const char *first = set + 1;

    if (*first == '!')
        first++;
    if (*first == '\0')
        return NULL;
    /* A ']' in the first place is a member, else no set could hold one. */
    const char *close = strchr(first + 1, ']');
    return close != NULL ? close + 1 : NULL;
}

static bool set_has(const char *set, const char *end, unsigned char byte)
{
    const char *close = end - 1;
    bool negated = set[1] == '!';
    bool found = false;

    for (const char *at = set + 1 + negated; at < close; at++) {
        unsigned char low = (unsigned char)*at;
        unsigned char high = low;

        if (at[1] == '-' && at + 2 < close) {
            high = (unsigned char)at[2];
            at += 2;
        }
        if (low <= byte && byte <= high)
            found = true;
    }
    return found != negated;
}

/* Returns the pattern behind the one character that matches `byte`, or NULL. */
static const char *match_one(const char *pattern, char byte)
{
    const char *end = *pattern == '[' ? set_end(pattern) : NULL;

    if (end != NULL)
        return set_has(pattern, end, (unsigned char)byte) ? end : NULL;
    return *pattern == '?' || *pattern == byte ? pattern + 1 : NULL;
}

bool glob_match(const char *pattern, const char *name)
{
    const char *star = NULL; /* what follows the last '*' */
    const char *retry = NULL;

    while (*name != '\0') {
        const char *next = *pattern == '\0' ? NULL : match_one(pattern, *name);

        if (*pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (next != NULL) {
            pattern = next;
            name++;
        } else if (star != NULL) {
            /* The last '*' takes one character more; earlier ones need not change. */
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
