/* SPDX-License-Identifier: MIT */
#include "trace/lanes.h"

#include "graph/vector.h"
#include "report/pool.h"

#include <stdlib.h>

struct ends {
    int64_t *items;
    size_t count, room;
};

/* Holds are ordered by their begin already. */
static int compare(const void *a, const void *b)
{
    const struct lane_hold *one = a, *other = b;

    if (one->lock != other->lock)
        return one->lock < other->lock ? -1 : 1;
    return (one->hold > other->hold) - (one->hold < other->hold);
}

static uint32_t take_lane(struct ends *ends, const struct model_hold *hold)
{
    for (size_t i = 0; i < ends->count; i++) {
        if (ends->items[i] > hold->begin)
            continue;
        ends->items[i] = hold->end;
        return (uint32_t)i;
    }
    VECTOR_ADD(ends, hold->end);
    return (uint32_t)(ends->count - 1);
}

struct lanes lanes_of(const struct model_holds *holds)
{
    size_t count = holds->count;
    struct lanes lanes = {.items = calloc(count + 1, sizeof *lanes.items), .count = count};
    struct ends ends = {0};

    if (!lanes.items)
        no_memory();
    for (size_t i = 0; i < count; i++)
        lanes.items[i] = (struct lane_hold){.lock = holds->items[i].lock, .hold = (uint32_t)i};
    qsort(lanes.items, count, sizeof *lanes.items, compare);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && lanes.items[i].lock != lanes.items[i - 1].lock)
            ends.count = 0;
        lanes.items[i].lane = take_lane(&ends, &holds->items[lanes.items[i].hold]);
    }
    free(ends.items);
    return lanes;
}

void lanes_clear(struct lanes *lanes)
{
    free(lanes->items);
    *lanes = (struct lanes){0};
}
