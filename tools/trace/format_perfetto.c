/* SPDX-License-Identifier: MIT */
/*
 * Perfetto's protobuf.  Below each process stand its threads, with slices for imports and waits,
 * its GIL, and its locks, a track each, with slices for who had them.  An arrow leads from a
 * wait to the hold that it waited for, and from the creation of a thread to its beginning.
 */
#include "progress.h"
#include "trace/formats.h"

#include "trace/perfetto_ids.h"
#include "trace/perfetto_locks.h"

/* ------------------------------------------------------------------- process and thread */

static void write_process(struct perfetto *perfetto, uint32_t number)
{
    const struct model *model = perfetto->model;
    const struct model_process *process = &model->processes.items[number];
    Perfetto__Protos__TrackDescriptor track = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;
    Perfetto__Protos__ProcessDescriptor its = PERFETTO__PROTOS__PROCESS_DESCRIPTOR__INIT;
    struct facts facts;
    char name[LABEL_BYTES], *command = (char *)model_string(model, process->command);
    struct text text = text_in(name, sizeof name);

    label_process(&text, model, number);
    its.has_pid = its.has_start_timestamp_ns = true;
    its.pid = process->pid;
    its.start_timestamp_ns = process->began;
    its.process_name = name;
    its.n_cmdline = *command != '\0';
    its.cmdline = &command;
    track.has_uuid = true;
    track.uuid = perfetto_id_of_process(model, number);
    track.process = &its;
    perfetto_track(perfetto, process->began, &track);
    facts_of_process(&facts, model, number);
    perfetto_event(perfetto, PERFETTO_INSTANT,
                   &(struct perfetto_event){.time = process->began,
                                            .track = track.uuid,
                                            .category = "process",
                                            .name = "trace begins",
                                            .facts = &facts});
}

static void write_thread_events(struct perfetto *perfetto, uint32_t number, uint64_t track)
{
    const struct model_thread *thread = &perfetto->model->threads.items[number];
    struct perfetto_event event = {
        .time = thread->began,
        .track = track,
        .category = "thread",
        .name = "thread begins",
    };
    uint64_t creation = perfetto_id(perfetto->model, ID_CREATION, thread->process, number);
    struct facts facts;

    facts_of_thread(&facts, perfetto->model, number);
    event.facts = &facts;
    event.place = thread->place;
    event.stack = thread->stack;
    event.last_flows = &creation;
    event.last_count = thread->creator != MODEL_NONE;
    perfetto_event(perfetto, PERFETTO_INSTANT, &event);
    if (thread->flags & MODEL_OPEN_END)
        return;
    perfetto_event(
        perfetto, PERFETTO_INSTANT,
        &(struct perfetto_event){
            .time = thread->ended, .track = track, .category = "thread", .name = "thread ends"});
}

static void write_thread(struct perfetto *perfetto, uint32_t number)
{
    const struct model *model = perfetto->model;
    const struct model_thread *thread = &model->threads.items[number];
    Perfetto__Protos__TrackDescriptor track = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;
    Perfetto__Protos__ThreadDescriptor its = PERFETTO__PROTOS__THREAD_DESCRIPTOR__INIT;
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);

    label_thread(&text, model, number);
    its.has_pid = its.has_tid = true;
    its.pid = model->processes.items[thread->process].pid;
    its.tid = thread->tid;
    its.thread_name = name;
    track.has_uuid = true;
    track.uuid = perfetto_id_of_thread(model, number);
    track.thread = &its;
    perfetto_track(perfetto, thread->began, &track);
    write_thread_events(perfetto, number, track.uuid);
}

/* ------------------------------------------------------------------------------ slices */

/* The arrow from a wait to the hold that it waited for; 0: that one is not known. */
static uint64_t flow_of(const struct model *model, const struct slice *slice)
{
    const struct model_wait *wait = slice_wait(model, slice);

    if (!wait || wait->holder_hold == MODEL_NONE)
        return 0;
    return perfetto_id_of_wait(model, slice->kind == SLICE_GIL_WAIT, wait, slice->index);
}

static void open_slice(void *context, const struct slice *slice)
{
    struct perfetto *perfetto = context;
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct facts facts;

    label_slice(&text, perfetto->model, slice);
    facts_of_slice(&facts, perfetto->model, slice);
    perfetto_event(
        perfetto, PERFETTO_BEGINS,
        &(struct perfetto_event){.time = slice->begin,
                                 .track = perfetto_id_of_thread(perfetto->model, slice->thread),
                                 .category = label_category(slice->kind),
                                 .name = name,
                                 .facts = &facts,
                                 .place = slice->place,
                                 .stack = slice->stack,
                                 .flow = flow_of(perfetto->model, slice)});
}

static void close_slice(void *context, const struct slice *slice, int64_t self)
{
    struct perfetto *perfetto = context;

    (void)self;
    progress_add(1);
    perfetto_event(
        perfetto, PERFETTO_ENDS,
        &(struct perfetto_event){.time = slice->end,
                                 .track = perfetto_id_of_thread(perfetto->model, slice->thread)});
}

static void write_slices(struct perfetto *perfetto)
{
    static const struct slice_visitor visitor = {.open = open_slice, .close = close_slice};
    struct slices slices = slices_of(perfetto->model);

    slices_visit(&slices, &visitor, perfetto);
    slices_clear(&slices);
}

/* ----------------------------------------------------------------------------- moments */

static void write_moment(struct perfetto *perfetto, const struct model_moment *moment)
{
    const struct model *model = perfetto->model;
    struct facts facts;
    struct perfetto_event event = {
        .time = moment->time,
        .track = perfetto_id_of_thread(model, moment->thread),
        .category = "process",
        .name = label_moment(moment),
        .facts = &facts,
        .place = moment->place,
    };

    facts_of_moment(&facts, model, moment);
    if (moment->kind == TRACE_THREAD_CREATES && moment->value != MODEL_NONE)
        event.flow = perfetto_id(model, ID_CREATION, model->threads.items[moment->value].process,
                                 moment->value);
    perfetto_event(perfetto, PERFETTO_INSTANT, &event);
}

static int write_perfetto(FILE *out, const struct model *model, const struct trace_style *style)
{
    const struct family gils = {&model->gil_waits, &model->gil_holds, true},
                        locks = {&model->waits, &model->holds, false};
    struct perfetto perfetto;

    (void)style;
    progress_begin_writing(out, "writing packets",
                           slices_count(model) + model->holds.count + model->gil_holds.count);
    perfetto_begin(&perfetto, out, model);
    for (size_t i = 0; i < model->processes.count; i++) {
        write_process(&perfetto, (uint32_t)i);
        perfetto_locks_track(&perfetto, (uint32_t)i);
    }
    for (size_t i = 0; i < model->threads.count; i++)
        write_thread(&perfetto, (uint32_t)i);
    write_slices(&perfetto);
    for (size_t i = 0; i < model->moments.count; i++)
        write_moment(&perfetto, &model->moments.items[i]);
    perfetto_holds(&perfetto, &gils);
    perfetto_holds(&perfetto, &locks);
    perfetto_end(&perfetto);
    progress_end();
    return 0;
}

const struct trace_format trace_format_perfetto = {
    .name = "perfetto",
    .meaning = "Perfetto's protobuf, for its viewer and its trace processor",
    .write = write_perfetto,
};
