/* SPDX-License-Identifier: MIT */
/* From a file's events to the arrays of a model.  Called by model_read() for each file. */
#include "graph/vector.h"
#include "trace/model_reader.h"

void reader_event(struct reader *reader, struct reader_stream *stream,
                  const struct trace_event *event)
{
    struct model *model = reader->model;

    model->events++;
    model->counts[event->kind]++;
    model->processes.items[reader->process].events++;
    model->threads.items[stream->thread].events++;
    if (event->kind >= TRACE_LOCK_WAITS && event->kind < TRACE_IMPORT_BEGINS)
        reader_lock_event(reader, stream, event);
    else if (event->kind >= TRACE_IMPORT_BEGINS && event->kind < TRACE_FORKS)
        reader_import_event(reader, stream, event);
    else
        reader_thread_event(reader, stream, event);
}

static int64_t in_range(int64_t time)
{
    return time < 0 ? 0 : time > TRACE_TIME_MAX ? TRACE_TIME_MAX : time;
}

static uint32_t add_process(struct model *model, const struct trace_file *file)
{
    const struct trace_header *header = &file->header;
    struct model_process added = {
        .path = file->path,
        .began = in_range(header->began),
        .ended = in_range(header->ended),
        .realtime = header->realtime,
        .lost = header->lost,
        .dropped = header->dropped,
        .parent = MODEL_NONE,
        .main_thread = MODEL_NONE,
        .pid = header->pid,
        .parent_pid = header->parent,
        .status = header->status,
        .flags = header->flags,
        .exited = header->ended > 0,
    };

    VECTOR_ADD(&model->processes, added);
    return (uint32_t)model->processes.count - 1;
}

/* When the process ended, or was last heard of. */
static int64_t end_process(struct reader *reader)
{
    struct model_process *process = &reader->model->processes.items[reader->process];

    if (process->ended < reader->last)
        process->ended = reader->last;
    if (process->ended < process->began)
        process->ended = process->began;
    return process->ended;
}

void reader_add(struct model *model, struct trace_file *file)
{
    struct reader reader = {.model = model,
                            .file = file,
                            .process = add_process(model, file),
                            .last = -1,
                            .unused_held = MODEL_NONE,
                            .first_thread = (uint32_t)model->threads.count,
                            .first_lock = (uint32_t)model->locks.count,
                            .first_import = (uint32_t)model->imports.count};

    reader_define(&reader);
    reader_events(&reader);
    int64_t end = end_process(&reader);

    reader_close_locks(&reader, end);
    for (size_t i = 0; i < reader.streams.count; i++)
        reader_close_imports(&reader, &reader.streams.items[i], end);
    reader_close_threads(&reader, end);
    model->processes.items[reader.process].cut = file->cut;
    reader_clear(&reader);
}
