/* SPDX-License-Identifier: MIT */
/* Copies of texts that stay.  Adding is serialised by the caller. */
#ifndef PIHOOK_BASE_KEPT_H
#define PIHOOK_BASE_KEPT_H

#include <stddef.h>

/* All zeroes is an empty one. */
struct kept {
    char *room; /* for what comes next */
    size_t left;
};

/* A copy, which is never given back; NULL: no memory. */
const char *kept_add(struct kept *kept, const char *text);

#endif
