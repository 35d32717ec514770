/* SPDX-License-Identifier: MIT */
/* Lives of threads and processes.  Called for every event that is of neither lock nor import. */
#include "graph/vector.h"
#include "trace/model_reader.h"

static struct model_thread *thread_at(struct reader *reader, uint32_t thread)
{
    return &reader->model->threads.items[thread];
}

static void thread_begins(struct reader *reader, const struct reader_stream *stream,
                          const struct trace_event *event)
{
    struct model_thread *thread = thread_at(reader, stream->thread);

    if (thread->began < 0 || thread->began > event->time)
        thread->began = event->time;
}

static void thread_ends(struct reader *reader, const struct reader_stream *stream,
                        const struct trace_event *event)
{
    struct model_thread *thread = thread_at(reader, stream->thread);

    thread->ended = event->time;
    thread->cpu = event->subject <= TRACE_TIME_MAX ? (int64_t)event->subject : -1;
}

static uint32_t thread_is_created(struct reader *reader, const struct reader_stream *stream,
                                  const struct trace_event *event)
{
    uint32_t created = reader_thread(reader, event->value, event->time);

    if (created == MODEL_NONE || created == stream->thread)
        return created;
    struct model_thread *thread = thread_at(reader, created);

    if (thread->creator == MODEL_NONE)
        thread->creator = stream->thread;
    if (thread->place == 0)
        thread->place = reader_number(reader, TRACE_PLACE, event->place);
    if (thread->stack == 0)
        thread->stack = stream->own_stack;
    return created;
}

/* ------------------------------------------------------------------------------ joins */

static void close_join(struct reader *reader, struct reader_stream *stream, int64_t end,
                       uint8_t flags)
{
    if (stream->join == MODEL_NONE)
        return;
    reader->model->joins.items[stream->join].end = end;
    reader->model->joins.items[stream->join].flags |= flags;
    stream->join = MODEL_NONE;
}

static void begin_join(struct reader *reader, struct reader_stream *stream,
                       const struct trace_event *event)
{
    struct model_join added = {.begin = event->time,
                               .end = event->time,
                               .thread = stream->thread,
                               .joined = reader_thread(reader, event->value, event->time),
                               .place = reader_number(reader, TRACE_PLACE, event->place),
                               .stack = stream->own_stack};

    close_join(reader, stream, event->time, MODEL_OPEN_END);
    stream->join = (uint32_t)reader->model->joins.count;
    VECTOR_ADD(&reader->model->joins, added);
}

static void end_join(struct reader *reader, struct reader_stream *stream,
                     const struct trace_event *event)
{
    uint32_t joined = reader_thread(reader, event->value, event->time);

    if (stream->join == MODEL_NONE || reader->model->joins.items[stream->join].joined != joined) {
        begin_join(reader, stream, event);
        reader->model->joins.items[stream->join].begin = stream->first;
        reader->model->joins.items[stream->join].flags |= MODEL_OPEN_BEGIN;
    }
    uint32_t place = reader->model->joins.items[stream->join].place;

    close_join(reader, stream, event->time, event->detail & 1 ? 0 : MODEL_FAILED);
    if (joined == MODEL_NONE || !(event->detail & 1))
        return;
    thread_at(reader, joined)->join_place = place;
    thread_at(reader, joined)->joined = event->time;
    thread_at(reader, joined)->joiner = stream->thread;
}

/* ---------------------------------------------------------------------------- moments */

static void add_moment(struct reader *reader, const struct reader_stream *stream,
                       const struct trace_event *event, uint32_t value)
{
    struct model_moment added = {.time = event->time,
                                 .thread = stream->thread,
                                 .place = reader_number(reader, TRACE_PLACE, event->place),
                                 .value = value,
                                 .other = MODEL_NONE,
                                 .kind = event->kind};

    VECTOR_ADD(&reader->model->moments, added);
}

void reader_thread_event(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event)
{
    uint32_t other;

    switch (event->kind) {
    case TRACE_THREAD_BEGINS:
        thread_begins(reader, stream, event);
        break;
    case TRACE_THREAD_ENDS:
        thread_ends(reader, stream, event);
        break;
    case TRACE_THREAD_CREATES:
        add_moment(reader, stream, event, thread_is_created(reader, stream, event));
        break;
    case TRACE_JOIN_WAITS:
        begin_join(reader, stream, event);
        break;
    case TRACE_JOIN_ENDS:
        end_join(reader, stream, event);
        break;
    case TRACE_THREAD_DETACHED:
        other = reader_thread(reader, event->value, event->time);
        if (other != MODEL_NONE)
            thread_at(reader, other)->traits |= TRACE_DETACHED;
        break;
    case TRACE_THREAD_SEEN:
        other = reader_thread(reader, event->value, event->time);
        if (other != MODEL_NONE)
            thread_at(reader, other)->seen = event->time;
        break;
    case TRACE_FORKS:
    case TRACE_EXITS:
    case TRACE_LOST:
        add_moment(reader, stream, event, event->value);
        break;
    default:
        break;
    }
}

/* Of threads that have events, and of those that are only defined. */
void reader_close_threads(struct reader *reader, int64_t end)
{
    struct model_threads *threads = &reader->model->threads;
    int64_t began = reader->model->processes.items[reader->process].began;

    for (size_t i = 0; i < reader->streams.count; i++) {
        struct reader_stream *stream = &reader->streams.items[i];

        close_join(reader, stream, end, MODEL_OPEN_END);
        if (stream->first >= 0 && thread_at(reader, stream->thread)->began < 0)
            thread_at(reader, stream->thread)->began = stream->first;
    }
    for (size_t i = reader->first_thread; i < threads->count; i++) {
        struct model_thread *thread = &threads->items[i];

        if (thread->began < 0 || thread->began > end)
            thread->began = began;
        if (thread->ended < 0) {
            thread->ended = end;
            thread->flags |= MODEL_OPEN_END;
        }
        if (thread->ended < thread->began)
            thread->ended = thread->began;
    }
}
