/* SPDX-License-Identifier: MIT */
#include "trace/perfetto_locks.h"

#include "progress.h"
#include "report/pool.h"
#include "trace/lanes.h"
#include "trace/perfetto_ids.h"

#include <stdlib.h>

#define MERGED_BY_KEY \
    PERFETTO__PROTOS__TRACK_DESCRIPTOR__SIBLING_MERGE_BEHAVIOR__SIBLING_MERGE_BEHAVIOR_BY_SIBLING_MERGE_KEY

void perfetto_locks_track(struct perfetto *perfetto, uint32_t number)
{
    const struct model *model = perfetto->model;
    Perfetto__Protos__TrackDescriptor track = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;

    track.has_uuid = track.has_parent_uuid = true;
    track.uuid = perfetto_id(model, ID_LOCKS, number, 0);
    track.parent_uuid = perfetto_id_of_process(model, number);
    track.name = (char *)"Locks";
    perfetto_track(perfetto, model->processes.items[number].began, &track);
}

/* A lane of a lock is a track of its own, which viewers show as one with the others. */
static uint64_t perfetto_id_of_lane(const struct model *model, const struct lane_hold *lane)
{
    return perfetto_id(model, ID_LOCK, model->locks.items[lane->lock].process,
                       (uint64_t)lane->lane << 32 | lane->lock);
}

static void write_lane(struct perfetto *perfetto, const struct lane_hold *lane, bool gil)
{
    const struct model *model = perfetto->model;
    uint32_t process = model->locks.items[lane->lock].process;
    Perfetto__Protos__TrackDescriptor track = PERFETTO__PROTOS__TRACK_DESCRIPTOR__INIT;
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);

    label_this_lock(&text, model, lane->lock);
    track.has_uuid = track.has_parent_uuid = true;
    track.uuid = perfetto_id_of_lane(model, lane);
    track.parent_uuid =
        gil ? perfetto_id_of_process(model, process) : perfetto_id(model, ID_LOCKS, process, 0);
    track.name = name;
    track.has_sibling_merge_behavior = track.has_sibling_merge_key_int = true;
    track.sibling_merge_behavior = MERGED_BY_KEY;
    track.sibling_merge_key_int = lane->lock;
    perfetto_track(perfetto, model->processes.items[process].began, &track);
}

static void end_hold(struct perfetto *perfetto, const struct family *family,
                     const struct waiters *waiters, const struct lane_hold *lane)
{
    const struct model_hold *hold = &family->holds->items[lane->hold];
    struct perfetto_event event = {.time = hold->end,
                                   .track = perfetto_id_of_lane(perfetto->model, lane)};
    const uint32_t *waits = waiters_for(waiters, lane->hold, &event.last_count);
    uint64_t *flows = malloc((event.last_count + 1) * sizeof *flows);

    if (!flows)
        no_memory();
    for (size_t i = 0; i < event.last_count; i++)
        flows[i] = perfetto_id_of_wait(perfetto->model, family->gil,
                                       &family->waits->items[waits[i]], waits[i]);
    event.last_flows = flows;
    perfetto_event(perfetto, PERFETTO_ENDS, &event);
    free(flows);
}

static void write_hold(struct perfetto *perfetto, const struct family *family,
                       const struct waiters *waiters, const struct lane_hold *lane)
{
    const struct model_hold *hold = &family->holds->items[lane->hold];
    char name[LABEL_BYTES];
    struct text text = text_in(name, sizeof name);
    struct facts facts;

    label_thread(&text, perfetto->model, hold->thread);
    facts_of_hold(&facts, perfetto->model, hold,
                  hold->wait == MODEL_NONE ? NULL : &family->waits->items[hold->wait]);
    perfetto_event(perfetto, PERFETTO_BEGINS,
                   &(struct perfetto_event){.time = hold->begin,
                                            .track = perfetto_id_of_lane(perfetto->model, lane),
                                            .category = "hold",
                                            .name = name,
                                            .facts = &facts,
                                            .place = hold->place,
                                            .stack = hold->stack});
    end_hold(perfetto, family, waiters, lane);
}

/* The lanes of a lock come one after the other, so each track is told before it is used. */
void perfetto_holds(struct perfetto *perfetto, const struct family *family)
{
    struct lanes lanes = lanes_of(family->holds);
    struct waiters waiters = waiters_of(family);
    uint32_t told = 0;

    for (size_t i = 0; i < lanes.count; i++) {
        const struct lane_hold *lane = &lanes.items[i];

        if (i == 0 || lane->lock != lane[-1].lock)
            told = 0;
        if (lane->lane == told) {
            write_lane(perfetto, lane, family->gil);
            told++;
        }
        write_hold(perfetto, family, &waiters, lane);
        progress_add(1);
    }
    waiters_clear(&waiters);
    lanes_clear(&lanes);
}
