/* SPDX-License-Identifier: MIT */
/* Called by reports of traces. */
#include "trace/durations.h"

#include "graph/vector.h"
#include "report/pool.h"

#include <stdlib.h>

int64_t time_sum(int64_t a, int64_t b)
{
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

void durations_add(struct duration_samples *samples, uint32_t key, int64_t time)
{
    VECTOR_ADD(samples, ((struct duration_sample){key, time}));
}

static int by_key_and_time(const void *left, const void *right)
{
    const struct duration_sample *a = left, *b = right;

    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->time > b->time) - (a->time < b->time);
}

/* The nearest rank: the smallest one that so many percent of all are not longer than. */
static int64_t percentile(const struct duration_sample *sorted, size_t count, unsigned percent)
{
    return sorted[(count * percent + 99) / 100 - 1].time;
}

static struct durations durations_of(const struct duration_sample *sorted, size_t count)
{
    struct durations spread = {.count = count,
                               .max = sorted[count - 1].time,
                               .p50 = percentile(sorted, count, 50),
                               .p95 = percentile(sorted, count, 95),
                               .p99 = percentile(sorted, count, 99)};

    for (size_t i = 0; i < count; i++)
        spread.total = time_sum(spread.total, sorted[i].time);
    return spread;
}

struct durations *durations_by_key(struct duration_samples *samples, size_t keys)
{
    struct durations *spreads = calloc(keys + 1, sizeof *spreads);

    if (!spreads)
        no_memory();
    if (samples->count > 0)
        qsort(samples->items, samples->count, sizeof *samples->items, by_key_and_time);
    for (size_t first = 0, end; first < samples->count; first = end) {
        uint32_t key = samples->items[first].key;

        for (end = first; end < samples->count && samples->items[end].key == key;)
            end++;
        if (key < keys)
            spreads[key] = durations_of(samples->items + first, end - first);
    }
    free(samples->items);
    *samples = (struct duration_samples){0};
    return spreads;
}
