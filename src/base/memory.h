/* SPDX-License-Identifier: MIT */
/*
 * Memory straight from the kernel, for what the library keeps.
 *
 * Never the program's malloc: it may be what holds the lock that we look at.  Any thread,
 * signal handlers too.  errno is kept.
 */
#ifndef PIHOOK_BASE_MEMORY_H
#define PIHOOK_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* From now on no more than so many bytes are out at a time; 0: no bound. */
void memory_bound(size_t bytes);

/* Zeroed bytes, aligned to a page; NULL when there are none or the bound is reached. */
void *memory_take(size_t bytes);

/* Gives back what memory_take(bytes) returned; nothing for NULL. */
void memory_give(void *start, size_t bytes);

/*
 * While it is kept, what is given back stays as it is: the calling thread, which is the only one
 * of its process, may have been interrupted while it read that, and go on.
 */
void memory_keep(bool keep);
bool memory_is_kept(void);

/* Bytes that are out now, and how many requests were refused. */
size_t memory_taken(void);
size_t memory_refused(void);

#endif
