/* SPDX-License-Identifier: MIT */
/*
 * Packets of Perfetto's protocol, each written as it comes: only what later packets refer to by
 * number is kept.  Errors of `out` are seen by the caller.
 */
#ifndef PIHOOK_TRACE_PERFETTO_WRITER_H
#define PIHOOK_TRACE_PERFETTO_WRITER_H

#include "graph/interned.h"
#include "trace/facts.h"
#include "trace/perfetto.pb-c.h"

#include <stdio.h>

/* What an event is. */
#define PERFETTO_BEGINS PERFETTO__PROTOS__TRACK_EVENT__TYPE__TYPE_SLICE_BEGIN
#define PERFETTO_ENDS PERFETTO__PROTOS__TRACK_EVENT__TYPE__TYPE_SLICE_END
#define PERFETTO_INSTANT PERFETTO__PROTOS__TRACK_EVENT__TYPE__TYPE_INSTANT

struct perfetto {
    FILE *out;
    const struct model *model;
    struct interned categories, names, keys, values;
    /* Of the model's strings, places and stacks, which have been told already. */
    bool *files, *places, *frames, *stacks;
    uint8_t *bytes; /* of the packet that is written */
    size_t room;
};

/* What one event says; members that are 0 or NULL are left out. */
struct perfetto_event {
    int64_t time;
    uint64_t track;
    const char *category, *name;
    const struct facts *facts;
    uint32_t place, stack;
    uint64_t flow;              /* an arrow starts here */
    const uint64_t *last_flows; /* these end here */
    size_t last_count;
};

/* Writes the packets that come before all others. */
void perfetto_begin(struct perfetto *perfetto, FILE *out, const struct model *model);
void perfetto_end(struct perfetto *perfetto);

void perfetto_track(struct perfetto *perfetto, int64_t time,
                    Perfetto__Protos__TrackDescriptor *track);

void perfetto_event(struct perfetto *perfetto, Perfetto__Protos__TrackEvent__Type type,
                    const struct perfetto_event *event);

#endif
