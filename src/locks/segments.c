/* SPDX-License-Identifier: MIT */
/*
 * Segments of threads, as a graph that only grows: each knows the one or two before it, and
 * these have smaller numbers.  Called for thread creation and join, and by the search for
 * cycles.  A chain may be as long as the process has created threads, so nothing recurses.
 */
#include "locks/segments.h"

struct segment {
    segment_id before[2];
    uint32_t seen;   /* the search that has met it */
    uint32_t member; /* the search that asked for it */
    segment_id next; /* in that search's list of what is to be looked at */
};

void segments_init(struct segments *segments)
{
    *segments = (struct segments){.table = TABLE_OF(struct segment)};
}

static struct segment *segment_at(const struct segments *segments, segment_id id)
{
    return table_at(&segments->table, id);
}

static segment_id add(struct segments *segments, segment_id before, segment_id other)
{
    segment_id id = table_add(&segments->table);

    if (id != SEGMENT_UNKNOWN)
        *segment_at(segments, id) = (struct segment){.before = {before, other}};
    return id;
}

segment_id segments_start(struct segments *segments)
{
    return add(segments, SEGMENT_UNKNOWN, SEGMENT_UNKNOWN);
}

segment_id segments_create(struct segments *segments, segment_id *parent)
{
    segment_id before = *parent;

    *parent = add(segments, before, SEGMENT_UNKNOWN);
    return add(segments, before, SEGMENT_UNKNOWN);
}

void segments_join(struct segments *segments, segment_id *joiner, segment_id ended)
{
    *joiner = add(segments, *joiner, ended);
}

/* A search goes back from all its members at once, each segment once. */
struct search {
    struct segments *segments;
    uint32_t number;
    segment_id first; /* in numbers: there is nothing of interest before it */
    segment_id todo;
};

static void begin(struct search *search, struct segments *segments)
{
    if (++segments->search == 0) {
        for (segment_id id = 1; id < segments->table.count; id++)
            segment_at(segments, id)->seen = segment_at(segments, id)->member = 0;
        segments->search = 1;
    }
    *search = (struct search){
        .segments = segments, .number = segments->search, .first = segments->table.count};
}

/* Returns whether the same one was asked for before. */
static bool add_member(struct search *search, segment_id id)
{
    if (id == SEGMENT_UNKNOWN)
        return false;
    struct segment *segment = segment_at(search->segments, id);

    if (segment->member == search->number)
        return true;
    segment->member = search->number;
    if (id < search->first)
        search->first = id;
    return false;
}

/* Puts what is right before a segment on the list; returns whether a member is among it. */
static bool go_back(struct search *search, segment_id id)
{
    const struct segment *segment = segment_at(search->segments, id);

    for (int i = 0; i < 2; i++) {
        segment_id before = segment->before[i];

        if (before == SEGMENT_UNKNOWN || before < search->first)
            continue;
        struct segment *found = segment_at(search->segments, before);
        if (found->member == search->number)
            return true;
        if (found->seen == search->number)
            continue;
        found->seen = search->number;
        found->next = search->todo;
        search->todo = before;
    }
    return false;
}

static bool meets_member(struct search *search, segment_id from)
{
    if (from == SEGMENT_UNKNOWN)
        return false;
    bool met = go_back(search, from);

    while (!met && search->todo != SEGMENT_UNKNOWN) {
        segment_id id = search->todo;

        search->todo = segment_at(search->segments, id)->next;
        met = go_back(search, id);
    }
    return met;
}

bool segments_any_ordered(struct segments *segments, const segment_id *ids, uint32_t count)
{
    struct search search;

    begin(&search, segments);
    for (uint32_t i = 0; i < count; i++)
        if (add_member(&search, ids[i]))
            return true;
    for (uint32_t i = 0; i < count; i++)
        if (meets_member(&search, ids[i]))
            return true;
    return false;
}

bool segments_are_ordered(struct segments *segments, segment_id a, segment_id b)
{
    segment_id both[] = {a, b};

    return segments_any_ordered(segments, both, 2);
}

void segments_clear(struct segments *segments)
{
    table_clear(&segments->table);
}
