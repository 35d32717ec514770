/* SPDX-License-Identifier: MIT */
/*
 * Memory that is empty in the child of a fork, also of one that nobody told us of: clone(2)
 * without libc's handlers.  A child of vfork has its parent's.
 */
#ifndef PIHOOK_BASE_WIPED_H
#define PIHOOK_BASE_WIPED_H

#include <stddef.h>

/* Zeroed bytes, at most a page of them; NULL: no memory, or the kernel can't. */
void *wiped_take(size_t bytes);

#endif
