/* SPDX-License-Identifier: MIT */
/* Scratch space of the graph's searches.  Called under the caller's lock. */
#include "locks/buffer.h"

#include "base/memory.h"

#include <string.h>

enum { BUFFER_FIRST = 4096 };

static size_t bytes_for(const struct buffer *buffer, size_t bytes)
{
    size_t size = buffer->bytes == 0 ? BUFFER_FIRST : buffer->bytes;

    while (size < bytes)
        size *= 2;
    return size;
}

void *buffer_reserve(struct buffer *buffer, size_t bytes)
{
    if (bytes <= buffer->bytes && buffer->start != NULL)
        return buffer->start;
    size_t size = bytes_for(buffer, bytes);
    void *start = memory_take(size);

    if (start == NULL)
        return NULL;
    if (buffer->start != NULL)
        memcpy(start, buffer->start, buffer->bytes);
    memory_give(buffer->start, buffer->bytes);
    *buffer = (struct buffer){.start = start, .bytes = size};
    return start;
}

void buffer_clear(struct buffer *buffer)
{
    memory_give(buffer->start, buffer->bytes);
    *buffer = (struct buffer){.start = NULL};
}
