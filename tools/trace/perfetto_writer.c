/* SPDX-License-Identifier: MIT */
#include "trace/perfetto_writer.h"

#include "report/pool.h"
#include "trace/model_words.h"
#include "trace/perfetto_interning.h"

#include <stdlib.h>

enum {
    SEQUENCE = 1,
    STARTS_ANEW = 1, /* flags of a sequence's packets */
    REFERS_TO_TOLD = 2,
    FRAMES_SHOWN = 128 /* of the stacks among the facts of one event */
};

typedef Perfetto__Protos__DebugAnnotation annotation;

/* ---------------------------------------------------------------------------- packets */

/* A trace of one packet, written behind others, is a trace of all of them. */
static void write_packet(struct perfetto *perfetto, Perfetto__Protos__TracePacket *packet)
{
    Perfetto__Protos__Trace trace = PERFETTO__PROTOS__TRACE__INIT;
    size_t count;

    trace.n_packet = 1;
    trace.packet = &packet;
    count = perfetto__protos__trace__get_packed_size(&trace);
    if (count > perfetto->room) {
        perfetto->room = count * 2;
        free(perfetto->bytes);
        perfetto->bytes = malloc(perfetto->room);
        if (!perfetto->bytes)
            no_memory();
    }
    perfetto__protos__trace__pack(&trace, perfetto->bytes);
    fwrite(perfetto->bytes, 1, count, perfetto->out); /* its error is seen by the caller */
}

static void set_time(Perfetto__Protos__TracePacket *packet, int64_t time)
{
    packet->has_timestamp = true;
    packet->timestamp = (uint64_t)time;
}

void perfetto_packet(struct perfetto *perfetto, Perfetto__Protos__TracePacket *packet)
{
    packet->has_trusted_packet_sequence_id = packet->has_sequence_flags = true;
    packet->trusted_packet_sequence_id = SEQUENCE;
    packet->sequence_flags |= REFERS_TO_TOLD;
    write_packet(perfetto, packet);
}

/* All times are of the clock that the model has; the next packet says what time that was. */
static void write_defaults(struct perfetto *perfetto)
{
    Perfetto__Protos__TracePacket packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
    Perfetto__Protos__TracePacketDefaults defaults = PERFETTO__PROTOS__TRACE_PACKET_DEFAULTS__INIT;

    defaults.has_timestamp_clock_id = true;
    defaults.timestamp_clock_id = PERFETTO__PROTOS__BUILTIN_CLOCK__BUILTIN_CLOCK_MONOTONIC;
    packet.trace_packet_defaults = &defaults;
    packet.has_trusted_packet_sequence_id = packet.has_sequence_flags = true;
    packet.trusted_packet_sequence_id = SEQUENCE;
    packet.sequence_flags = STARTS_ANEW;
    write_packet(perfetto, &packet);
}

static void write_clocks(struct perfetto *perfetto, const struct model_process *process)
{
    Perfetto__Protos__TracePacket packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
    Perfetto__Protos__ClockSnapshot snapshot = PERFETTO__PROTOS__CLOCK_SNAPSHOT__INIT;
    Perfetto__Protos__ClockSnapshot__Clock monotonic =
                                               PERFETTO__PROTOS__CLOCK_SNAPSHOT__CLOCK__INIT,
                                           realtime = monotonic,
                                           *clocks[] = {&monotonic, &realtime};

    monotonic.has_clock_id = monotonic.has_timestamp = true;
    monotonic.clock_id = PERFETTO__PROTOS__BUILTIN_CLOCK__BUILTIN_CLOCK_MONOTONIC;
    monotonic.timestamp = (uint64_t)process->began;
    realtime.has_clock_id = realtime.has_timestamp = true;
    realtime.clock_id = PERFETTO__PROTOS__BUILTIN_CLOCK__BUILTIN_CLOCK_REALTIME;
    realtime.timestamp = (uint64_t)process->realtime;
    snapshot.n_clocks = 2;
    snapshot.clocks = clocks;
    snapshot.has_primary_trace_clock = true;
    snapshot.primary_trace_clock = PERFETTO__PROTOS__BUILTIN_CLOCK__BUILTIN_CLOCK_MONOTONIC;
    packet.clock_snapshot = &snapshot;
    set_time(&packet, process->began);
    perfetto_packet(perfetto, &packet);
}

void perfetto_begin(struct perfetto *perfetto, FILE *out, const struct model *model)
{
    *perfetto = (struct perfetto){.out = out, .model = model};
    perfetto_interning_begin(perfetto);
    write_defaults(perfetto);
    if (model->processes.count > 0)
        write_clocks(perfetto, &model->processes.items[0]);
}

void perfetto_end(struct perfetto *perfetto)
{
    perfetto_interning_end(perfetto);
    free(perfetto->bytes);
}

void perfetto_track(struct perfetto *perfetto, int64_t time,
                    Perfetto__Protos__TrackDescriptor *track)
{
    Perfetto__Protos__TracePacket packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;

    packet.track_descriptor = track;
    set_time(&packet, time);
    perfetto_packet(perfetto, &packet);
}

/* ------------------------------------------------------------------------------ facts */

/* Annotations, those of their frames, and the pointers to them that messages have. */
struct annotations {
    annotation items[FACTS_MAX], frames[FRAMES_SHOWN];
    annotation *pointers[FACTS_MAX], *frame_pointers[FRAMES_SHOWN];
    size_t frame_count; /* of all stacks together; what is beyond the room is left out */
};

static void annotate_string(struct perfetto *perfetto, annotation *to, const char *string)
{
    to->has_string_value_iid = true;
    to->string_value_iid = perfetto_value(perfetto, string);
}

static void annotate_stack(struct perfetto *perfetto, struct annotations *all, annotation *to,
                           const struct model_stack *stack)
{
    const struct model *model = perfetto->model;

    to->array_values = &all->frame_pointers[all->frame_count];
    for (uint32_t i = 0; i < stack->count && all->frame_count < FRAMES_SHOWN; i++) {
        annotation *value = &all->frames[all->frame_count];
        uint32_t place = model->frames.items[stack->first + i];

        protobuf_c_message_init(&perfetto__protos__debug_annotation__descriptor, value);
        annotate_string(perfetto, value, WORDS(words_place, model, place));
        all->frame_pointers[all->frame_count++] = value;
        to->n_array_values++;
    }
}

static void annotate(struct perfetto *perfetto, struct annotations *all, unsigned number,
                     const struct fact *fact)
{
    annotation *to = &all->items[number];

    protobuf_c_message_init(&perfetto__protos__debug_annotation__descriptor, to);
    all->pointers[number] = to;
    to->has_name_iid = true;
    to->name_iid = perfetto_key(perfetto, fact->key);
    switch (fact->type) {
    case FACT_STRING:
        annotate_string(perfetto, to, fact->string);
        break;
    case FACT_NUMBER:
        to->has_int_value = true;
        to->int_value = fact->number;
        break;
    case FACT_TRUE:
        to->has_bool_value = to->bool_value = true;
        break;
    case FACT_STACK:
        annotate_stack(perfetto, all, to, &perfetto->model->stacks.items[fact->stack]);
        break;
    }
}

/* ----------------------------------------------------------------------------- events */

static void refer(struct perfetto *perfetto, Perfetto__Protos__TrackEvent *to,
                  const struct perfetto_event *event)
{
    if (event->name) {
        to->has_name_iid = true;
        to->name_iid = perfetto_name(perfetto, event->name);
    }
    if (event->place) {
        perfetto_place(perfetto, event->place);
        to->has_source_location_iid = true;
        to->source_location_iid = event->place;
    }
    if (event->stack) {
        perfetto_stack(perfetto, event->stack);
        to->has_callstack_iid = true;
        to->callstack_iid = event->stack;
    }
}

void perfetto_event(struct perfetto *perfetto, Perfetto__Protos__TrackEvent__Type type,
                    const struct perfetto_event *event)
{
    Perfetto__Protos__TracePacket packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;
    Perfetto__Protos__TrackEvent to = PERFETTO__PROTOS__TRACK_EVENT__INIT;
    struct annotations annotations;
    uint64_t category, flow = event->flow;

    to.has_type = to.has_track_uuid = true;
    to.type = type;
    to.track_uuid = event->track;
    if (event->category) {
        category = perfetto_category(perfetto, event->category);
        to.n_category_iids = 1;
        to.category_iids = &category;
    }
    refer(perfetto, &to, event);
    annotations.frame_count = 0;
    to.debug_annotations = annotations.pointers;
    for (; event->facts && to.n_debug_annotations < event->facts->count; to.n_debug_annotations++)
        annotate(perfetto, &annotations, (unsigned)to.n_debug_annotations,
                 &event->facts->items[to.n_debug_annotations]);
    to.n_flow_ids = flow != 0;
    to.flow_ids = &flow;
    to.n_terminating_flow_ids = event->last_count;
    to.terminating_flow_ids = (uint64_t *)event->last_flows;
    packet.track_event = &to;
    set_time(&packet, event->time);
    perfetto_packet(perfetto, &packet);
}
