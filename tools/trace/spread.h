/* SPDX-License-Identifier: MIT */
/* How durations are spread: their sum, the longest, and percentiles. */
#ifndef PIHOOK_TRACE_SPREAD_H
#define PIHOOK_TRACE_SPREAD_H

#include <stddef.h>
#include <stdint.h>

struct spread {
    uint64_t count;
    int64_t total, max;
    int64_t p50, p95, p99; /* so many percent are not longer */
};

struct spread_sample {
    uint32_t key;
    int64_t time;
};

struct spread_samples {
    struct spread_sample *items;
    size_t count, room;
};

void spread_add(struct spread_samples *samples, uint32_t key, int64_t time);

/* That of each key below `keys`, to be freed; empties the samples. */
struct spread *spread_by_key(struct spread_samples *samples, size_t keys);

/* A sum that stops at its largest value. */
int64_t time_sum(int64_t a, int64_t b);

#endif
