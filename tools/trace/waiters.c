/* SPDX-License-Identifier: MIT */
#include "trace/waiters.h"

#include "report/pool.h"

#include <stdlib.h>

static uint32_t *numbers(size_t count)
{
    uint32_t *items = calloc(count + 1, sizeof *items);

    if (!items)
        no_memory();
    return items;
}

/* Counted, then summed up, then put in their places: the order of the waits stays. */
struct waiters waiters_of(const struct family *family)
{
    const struct model_waits *waits = family->waits;
    size_t hold_count = family->holds->count;
    struct waiters waiters = {.first = numbers(hold_count + 1), .items = numbers(waits->count)};
    uint32_t *next = numbers(hold_count);

    for (size_t i = 0; i < waits->count; i++)
        if (waits->items[i].holder_hold != MODEL_NONE)
            waiters.first[waits->items[i].holder_hold + 1]++;
    for (size_t i = 0; i < hold_count; i++) {
        next[i] = waiters.first[i];
        waiters.first[i + 1] += waiters.first[i];
    }
    for (size_t i = 0; i < waits->count; i++)
        if (waits->items[i].holder_hold != MODEL_NONE)
            waiters.items[next[waits->items[i].holder_hold]++] = (uint32_t)i;
    free(next);
    return waiters;
}

void waiters_clear(struct waiters *waiters)
{
    free(waiters->first);
    free(waiters->items);
    *waiters = (struct waiters){0};
}
