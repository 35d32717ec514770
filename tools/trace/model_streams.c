/* SPDX-License-Identifier: MIT */
/*
 * The events of a file, thread by thread as they stand in it, and all together in the order of
 * their times: a heap has the next one of each thread.  Within a thread time never goes back.
 */
#include "graph/vector.h"
#include "progress.h"
#include "report/pool.h"
#include "trace/model_reader.h"

#include <stdlib.h>
#include <string.h>

enum { PROGRESS_EVERY = 1 << 15 };

/* ---------------------------------------------------------------------- whose is what */

static struct reader_stream *stream_of(struct reader *reader, uint32_t number)
{
    uint64_t found = map_get(&reader->by_thread, number);
    struct reader_stream added = {.number = number,
                                  .thread = MODEL_NONE,
                                  .first = -1,
                                  .last = -1,
                                  .wait = MODEL_NONE,
                                  .gil_wait = MODEL_NONE,
                                  .condition = MODEL_NONE,
                                  .join = MODEL_NONE,
                                  .last_root = MODEL_NONE};

    if (found == 0) {
        VECTOR_ADD(&reader->streams, added);
        found = reader->streams.count;
        reader_put(&reader->by_thread, number, (uint32_t)found - 1);
    }
    return &reader->streams.items[found - 1];
}

static struct trace_event event_at(const unsigned char *bytes)
{
    struct trace_event event;

    memcpy(&event, bytes, sizeof event);
    return event;
}

static void add_segment(struct reader *reader, uint32_t number, const unsigned char *bytes,
                        const unsigned char *end)
{
    struct reader_segment segment = {bytes, (uint32_t)((size_t)(end - bytes) / TRACE_RECORD)};

    if (segment.count == 0)
        return;
    if (number == 0) {
        reader->file->cut = true; /* nobody knows whose they are */
        return;
    }
    struct reader_stream *stream = stream_of(reader, number);

    VECTOR_ADD(&stream->segments, segment);
}

static void add_segments(struct reader *reader, const struct trace_records *records)
{
    const unsigned char *begin = records->bytes, *at = begin;
    const unsigned char *end = at + (size_t)records->count * TRACE_RECORD;
    uint32_t number = 0;

    for (; at < end; at += TRACE_RECORD) {
        if (at[offsetof(struct trace_event, kind)] != TRACE_OF_THREAD)
            continue;
        add_segment(reader, number, begin, at);
        number = event_at(at).value;
        begin = at + TRACE_RECORD;
    }
    add_segment(reader, number, begin, end);
}

/* ------------------------------------------------------------------- the next of each */

static void take_stack(struct reader *reader, struct reader_stream *stream,
                       const struct trace_event *event)
{
    uint32_t stack = reader_number(reader, TRACE_STACK, event->value);

    if (event->detail == TRACE_HOLDERS_STACK)
        stream->holder_stack = stack;
    else
        stream->own_stack = stack;
}

/* Fills stream->next; false at its end. */
static bool advance(struct reader *reader, struct reader_stream *stream)
{
    stream->own_stack = stream->holder_stack = 0;
    while (stream->segment < stream->segments.count) {
        const struct reader_segment *segment = &stream->segments.items[stream->segment];

        if (stream->record == segment->count) {
            stream->segment++;
            stream->record = 0;
            continue;
        }
        stream->next = event_at(segment->bytes + (size_t)stream->record++ * TRACE_RECORD);
        if (stream->next.kind == TRACE_WITH_STACK) {
            take_stack(reader, stream, &stream->next);
        } else if (stream->next.time < 0 || stream->next.time > TRACE_TIME_MAX) {
            reader->file->cut = true;
        } else {
            if (stream->next.time < stream->last)
                stream->next.time = stream->last;
            return true;
        }
    }
    return false;
}

/* ----------------------------------------------------------------------- all together */

struct heap {
    struct reader_stream **items;
    size_t count, room;
};

/* Threads that come at the same time keep their order, so that two runs read the same. */
static bool is_before(const struct reader_stream *a, const struct reader_stream *b)
{
    return a->next.time != b->next.time ? a->next.time < b->next.time : a < b;
}

static void sift(struct heap *heap, size_t at)
{
    struct reader_stream *item = heap->items[at];

    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count && is_before(heap->items[child + 1], heap->items[child]))
            child++;
        if (!is_before(heap->items[child], item))
            break;
        heap->items[at] = heap->items[child];
    }
    heap->items[at] = item;
}

static void fill(struct reader *reader, struct heap *heap)
{
    for (size_t i = 0; i < reader->streams.count; i++)
        if (advance(reader, &reader->streams.items[i]))
            VECTOR_ADD(heap, &reader->streams.items[i]);
    for (size_t i = heap->count / 2; i-- > 0;)
        sift(heap, i);
}

static void take(struct reader *reader, struct reader_stream *stream)
{
    const struct trace_event event = stream->next;
    uint32_t thread = reader_thread(reader, stream->number, event.time);

    stream->last = event.time;
    if (stream->thread != thread) { /* the first event, or another thread got the number */
        reader_close_imports(reader, stream, event.time);
        stream->first = event.time;
        stream->last_root = MODEL_NONE;
        stream->thread = thread;
    }
    if (event.time > reader->last)
        reader->last = event.time;
    reader_event(reader, stream, &event);
}

void reader_events(struct reader *reader)
{
    struct heap heap = {0};
    uint64_t taken = 0;

    for (size_t i = 0; i < reader->file->events.count; i++)
        add_segments(reader, &reader->file->events.items[i]);
    fill(reader, &heap);
    while (heap.count > 0) {
        take(reader, heap.items[0]);
        if (++taken % PROGRESS_EVERY == 0)
            progress_add(PROGRESS_EVERY * (uint64_t)TRACE_RECORD);
        if (!advance(reader, heap.items[0]))
            heap.items[0] = heap.items[--heap.count];
        if (heap.count > 0)
            sift(&heap, 0);
    }
    free(heap.items);
}

void reader_clear(struct reader *reader)
{
    for (size_t i = 0; i < reader->streams.count; i++) {
        free(reader->streams.items[i].segments.items);
        free(reader->streams.items[i].open.items);
    }
    free(reader->streams.items);
    free(reader->modules.items);
    free(reader->held.items);
    free(reader->earlier.items);
    free(reader->holders.items);
    free(reader->seekers.items);
    free(reader->roots_before.items);
    map_clear(&reader->numbers);
    map_clear(&reader->names);
    map_clear(&reader->locks);
    map_clear(&reader->lazies);
    map_clear(&reader->by_thread);
}
