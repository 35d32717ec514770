/* SPDX-License-Identifier: MIT */
/*
 * The order that thread creation and join put on what threads do.
 *
 * A thread's life is cut in segments: one ends where the thread creates or joins another.
 * What lies in two segments may happen at the same time unless a chain of creations and
 * joins leads from one to the other.
 *
 * Plain data, no lock: calls are serialised by the caller.  Segments are never given back;
 * without memory all later ones are UNKNOWN, which is ordered with nothing.
 */
#ifndef PIHOOK_LOCKS_SEGMENTS_H
#define PIHOOK_LOCKS_SEGMENTS_H

#include "base/table.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t segment_id;
enum { SEGMENT_UNKNOWN = 0 };

struct segments {
    struct table table;
    uint32_t search; /* the number of the latest one */
};

void segments_init(struct segments *segments);

/* The first segment of a thread that nobody was seen to create. */
segment_id segments_start(struct segments *segments);

/*
 * The thread in segment `*parent` creates one: returns the child's first segment and moves
 * the parent on to its next.
 */
segment_id segments_create(struct segments *segments, segment_id *parent);

/* The thread in segment `*joiner` has joined the one that ended in `ended`. */
void segments_join(struct segments *segments, segment_id *joiner, segment_id ended);

/* Is there a chain from one to the other, whichever is first?  True for the same segment. */
bool segments_are_ordered(struct segments *segments, segment_id a, segment_id b);

/* Are any two of them ordered?  As fast for many as for two. */
bool segments_any_ordered(struct segments *segments, const segment_id *ids, uint32_t count);

void segments_clear(struct segments *segments);

#endif
