/* SPDX-License-Identifier: MIT */
/*
 * Memory straight from the kernel, for what the library keeps.
 *
 * Never the program's malloc: it may be what holds the lock that we look at.  Any thread,
 * signal handlers too.  errno is kept.
 */
#ifndef PIHOOK_BASE_MEMORY_H
#define PIHOOK_BASE_MEMORY_H

#include <stddef.h>

/* From now on no more than so many bytes are out at a time; 0: no bound. */
void memory_bound(size_t bytes);

/* Zeroed bytes, aligned to a page; NULL when there are none or the bound is reached. */
void *memory_take(size_t bytes);

/* Gives back what memory_take(bytes) returned; nothing for NULL. */
void memory_give(void *start, size_t bytes);

/* Bytes that are out now, and how many requests were refused. */
size_t memory_taken(void);
size_t memory_refused(void);

#endif
