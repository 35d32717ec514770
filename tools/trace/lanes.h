/* SPDX-License-Identifier: MIT */
/* Holds by lock, and those of one lock that overlap, as readers' do, in lanes of their own. */
#ifndef PIHOOK_TRACE_LANES_H
#define PIHOOK_TRACE_LANES_H

#include "trace/model.h"

struct lane_hold {
    uint32_t lock;
    uint32_t hold; /* in the array that was given */
    uint32_t lane; /* from 0 on: the first one that is free when the hold begins */
};

struct lanes {
    struct lane_hold *items; /* by lock, then by begin */
    size_t count;
};

/* Without memory the command ends. */
struct lanes lanes_of(const struct model_holds *holds);
void lanes_clear(struct lanes *lanes);

#endif
