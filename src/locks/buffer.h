/* SPDX-License-Identifier: MIT */
/* Memory that grows and is used again: the scratch space of searches. */
#ifndef PIHOOK_LOCKS_BUFFER_H
#define PIHOOK_LOCKS_BUFFER_H

#include <stddef.h>

struct buffer {
    void *start;
    size_t bytes;
};

/*
 * At least so many bytes, the first ones as they were; NULL, and nothing changed, without
 * memory.  Moves them: what pointed in before is void.
 */
void *buffer_reserve(struct buffer *buffer, size_t bytes);

void buffer_clear(struct buffer *buffer);

#endif
