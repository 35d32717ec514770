/* SPDX-License-Identifier: MIT */
/* The known name that a mistyped one was probably meant to be. */
#ifndef PIHOOK_BASE_NEAREST_H
#define PIHOOK_BASE_NEAREST_H

#include <stddef.h>

/*
 * Returns the name of names[0..count) with the smallest edit distance (insertions,
 * deletions, replacements and swaps of neighbours; `_` and `-` and the case of letters
 * are no difference), or NULL when none is near enough to be meant.
 */
const char *nearest_name(const char *given, const char *const *names, size_t count);

#endif
