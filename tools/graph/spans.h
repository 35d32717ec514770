/* SPDX-License-Identifier: MIT */
/* Sets of numbers as spans: which processes have shown an edge. */
#ifndef PIHOOK_GRAPH_SPANS_H
#define PIHOOK_GRAPH_SPANS_H

#include "graph/vector.h"

#include <stdbool.h>
#include <stdint.h>

/* From `first` to `last`, both included. */
struct span {
    uint32_t first, last;
};

/* In ascending order, none touching the next.  All zeroes is an empty set. */
struct spans {
    struct span one; /* where count is 1: most sets are one span */
    struct span *more;
    uint32_t count, room;
};

const struct span *spans_at(const struct spans *spans);

void spans_add(struct spans *spans, uint32_t first, uint32_t last);

/* Makes *into what both have; `into` may be one of them. */
void spans_common(struct spans *into, const struct spans *one, const struct spans *other);

void spans_copy(struct spans *into, const struct spans *from);
bool spans_meet(const struct spans *one, const struct spans *other);
void spans_clear(struct spans *spans);

#endif
