/* SPDX-License-Identifier: MIT */
/* How durations are spread: their sum, the longest, and percentiles. */
#ifndef PIHOOK_TRACE_DURATIONS_H
#define PIHOOK_TRACE_DURATIONS_H

#include <stddef.h>
#include <stdint.h>

struct durations {
    uint64_t count;
    int64_t total, max;
    int64_t p50, p95, p99; /* so many percent are not longer */
};

struct duration_sample {
    uint32_t key;
    int64_t time;
};

struct duration_samples {
    struct duration_sample *items;
    size_t count, room;
};

void durations_add(struct duration_samples *samples, uint32_t key, int64_t time);

/* That of each key below `keys`, to be freed; empties the samples. */
struct durations *durations_by_key(struct duration_samples *samples, size_t keys);

/* A sum that stops at its largest value. */
int64_t time_sum(int64_t a, int64_t b);

#endif
