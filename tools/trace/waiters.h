/* SPDX-License-Identifier: MIT */
/* Which waits were waits for a hold: the other way round of what the model has. */
#ifndef PIHOOK_TRACE_WAITERS_H
#define PIHOOK_TRACE_WAITERS_H

#include "trace/model.h"

/* Those of locks, or of GILs. */
struct family {
    const struct model_waits *waits;
    const struct model_holds *holds;
    bool gil;
};

struct waiters {
    uint32_t *first; /* of each hold, among the items; one more at the end */
    uint32_t *items; /* waits */
};

/* Without memory the command ends. */
struct waiters waiters_of(const struct family *family);
void waiters_clear(struct waiters *waiters);

/* The waits for one hold, *count of them, by their begin. */
static inline const uint32_t *waiters_for(const struct waiters *waiters, uint32_t hold,
                                          size_t *count)
{
    *count = waiters->first[hold + 1] - waiters->first[hold];
    return waiters->items + waiters->first[hold];
}

#endif
