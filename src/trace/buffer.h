/* SPDX-License-Identifier: MIT */
/*
 * A thread's buffer of events: the chunk of the trace file that it writes.
 *
 * The thread alone writes it, without a lock.  A signal handler that interrupts the writing
 * of an event can't write its own: it is counted as lost.  One that comes between the clock
 * and the writing has its events first; then the time of what it interrupted is theirs.
 */
#ifndef PIHOOK_TRACE_BUFFER_H
#define PIHOOK_TRACE_BUFFER_H

#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>

/* On two cache lines of its own, as they are fetched: its thread writes it all the time. */
struct trace_buffer {
    _Alignas(128) struct trace_event *events; /* of the chunk; NULL: it has none */
    struct trace_chunk *chunk;
    int64_t last_time;   /* of an event, which none that follows is before */
    uint32_t used;       /* as the chunk says; TRACE_CHUNK_RECORDS where there is none */
    uint32_t thread;     /* whose it is */
    uint32_t lost;       /* events that the next one comes after */
    uint32_t wait;       /* how many more are lost before a chunk is asked for again */
    uint32_t last_class; /* a class of locks that is defined already */
    bool writing;
};

#define TRACE_BUFFER_FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)

static inline bool buffer_has_room(const struct trace_buffer *buffer, uint32_t count)
{
    return buffer->used <= TRACE_CHUNK_RECORDS - count && !buffer->writing;
}

/* Field by field: an event that is only put together to be copied would cost twice as much. */
static inline void buffer_write(struct trace_buffer *buffer, const struct trace_event *event)
{
    struct trace_event *into = &buffer->events[buffer->used++];

    if (event->time > buffer->last_time)
        buffer->last_time = event->time;
    into->time = buffer->last_time;
    into->subject = event->subject;
    into->lock_class = event->lock_class;
    into->place = event->place;
    into->value = event->value;
    into->kind = event->kind;
    into->lock = event->lock;
    into->mode = event->mode;
    into->detail = event->detail;
}

static inline void buffer_begin_writing(struct trace_buffer *buffer)
{
    buffer->writing = true;
    TRACE_BUFFER_FENCE();
}

static inline void buffer_end_writing(struct trace_buffer *buffer)
{
    __atomic_store_n(&buffer->chunk->used, buffer->used, __ATOMIC_RELEASE);
    TRACE_BUFFER_FENCE();
    buffer->writing = false;
}

/* False: there is no room, or a signal handler came in between. */
static inline bool buffer_put(struct trace_buffer *buffer, const struct trace_event *event)
{
    if (__builtin_expect(!buffer_has_room(buffer, 1), 0))
        return false;
    buffer_begin_writing(buffer);
    buffer_write(buffer, event);
    buffer_end_writing(buffer);
    return true;
}

/* The same for two that belong together: nothing comes between them, nor is one put alone. */
static inline bool buffer_put_both(struct trace_buffer *buffer, const struct trace_event both[2])
{
    if (!buffer_has_room(buffer, 2))
        return false;
    buffer_begin_writing(buffer);
    buffer_write(buffer, &both[0]);
    buffer_write(buffer, &both[1]);
    buffer_end_writing(buffer);
    return true;
}

/* A buffer without a chunk for a thread, which is new in it. */
void buffer_begin(struct trace_buffer *buffer, uint32_t thread);

/* The event was not written, for any reason. */
void buffer_lose(struct trace_buffer *buffer);

/* Is it worth while to ask for a chunk?  Not for each event, where there was none. */
static inline bool buffer_may_refill(const struct trace_buffer *buffer)
{
    return !buffer->writing && buffer->wait == 0;
}

/* Takes a chunk with room; false: there is none.  Serialised by the caller. */
bool buffer_refill(struct trace_buffer *buffer, int64_t now);

/* The thread ends: others may go on with its chunk.  Serialised by the caller. */
void buffer_end(struct trace_buffer *buffer);

#endif
