/* SPDX-License-Identifier: MIT */
/* Buffers get and give back their chunks.  Called off the hot path. */
#include "trace/buffer.h"

#include "trace/file.h"

enum { ASK_AGAIN = 1024 };

void buffer_begin(struct trace_buffer *buffer, uint32_t thread)
{
    *buffer = (struct trace_buffer){.used = TRACE_CHUNK_RECORDS, .thread = thread};
}

void buffer_lose(struct trace_buffer *buffer)
{
    buffer->lost++;
    buffer->wait -= buffer->wait > 0;
    trace_file_lost(1);
}

static void give(struct trace_buffer *buffer)
{
    struct trace_chunk *chunk = buffer->chunk;

    buffer->used = TRACE_CHUNK_RECORDS;
    buffer->chunk = NULL;
    if (chunk != NULL)
        trace_chunk_give(chunk);
}

/* What is behind it in the chunk is this thread's. */
static bool begin_part(struct trace_buffer *buffer, int64_t now)
{
    const struct trace_event whose = {
        .time = now, .kind = TRACE_OF_THREAD, .value = buffer->thread};
    const struct trace_event lost = {.time = now, .kind = TRACE_LOST, .value = buffer->lost};

    if (!buffer_put(buffer, &whose))
        return false;
    if (buffer->lost > 0 && buffer_put(buffer, &lost))
        buffer->lost = 0;
    return true;
}

bool buffer_refill(struct trace_buffer *buffer, int64_t now)
{
    struct trace_chunk *chunk;

    give(buffer);
    chunk = trace_chunk_take(TRACE_EVENTS);
    if (chunk == NULL) {
        buffer->wait = ASK_AGAIN;
        return false;
    }
    buffer->chunk = chunk;
    buffer->events = (struct trace_event *)(chunk + 1);
    buffer->used = chunk->used;
    return begin_part(buffer, now);
}

void buffer_end(struct trace_buffer *buffer)
{
    give(buffer);
}
