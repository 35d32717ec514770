/* SPDX-License-Identifier: MIT */
/*
 * Globs over names: `*` is any run of characters, `?` one character, `[a-c]` and `[!a-c]`
 * one of a set; everything else stands for itself.  A `*` crosses dots and slashes.
 * Bytes, not characters: no locale.
 */
#ifndef PIHOOK_BASE_GLOB_H
#define PIHOOK_BASE_GLOB_H

#include <stdbool.h>

/* Has the pattern any of the characters that make it more than a plain name? */
bool glob_is_pattern(const char *pattern);

bool glob_match(const char *pattern, const char *name);

#endif
