/* SPDX-License-Identifier: MIT */
/* Called by formats of traces. */
#include "trace/lock_summary.h"

#include "graph/vector.h"
#include "report/pool.h"

#include <stdlib.h>

static void *zeroed(size_t count, size_t size)
{
    void *items = calloc(count + 1, size);

    if (!items)
        no_memory();
    return items;
}

static uint32_t own_class(const struct model *model, uint32_t lock)
{
    return model->locks.items[lock].lock_class;
}

/* ---------------------------------------------------------------------------- classes */

/* Waits come in the order of their begins: what is behind the last end is new. */
static void add_blocked(int64_t *sum, int64_t *until, const struct model_wait *wait)
{
    int64_t begin = wait->begin > *until ? wait->begin : *until;

    if (wait->end <= begin)
        return;
    *sum = time_sum(*sum, wait->end - begin);
    *until = wait->end;
}

static void count_blocked(const struct model *model, struct class_summary *all)
{
    int64_t *until = zeroed(model->classes.count, sizeof *until);

    for (size_t i = 0; i < model->waits.count; i++) {
        uint32_t lock_class = own_class(model, model->waits.items[i].lock);

        add_blocked(&all[lock_class].blocked, &until[lock_class], &model->waits.items[i]);
    }
    free(until);
}

static void count_locks(const struct model *model, struct class_summary *all)
{
    for (size_t i = 0; i < model->locks.count; i++) {
        const struct model_lock *lock = &model->locks.items[i];
        struct class_summary *summary = &all[lock->lock_class];

        if (lock->kind == LOCK_INTERPRETER)
            continue;
        summary->locks++;
        summary->acquisitions += lock->acquisitions;
        summary->contended += lock->waits;
        summary->failures += lock->failures;
    }
}

static void spread_times(const struct model *model, struct class_summary *all)
{
    struct duration_samples samples = {0};
    size_t count = model->classes.count;
    struct durations *spreads;

    for (size_t i = 0; i < model->waits.count; i++) {
        const struct model_wait *wait = &model->waits.items[i];

        durations_add(&samples, own_class(model, wait->lock), wait->end - wait->begin);
    }
    spreads = durations_by_key(&samples, count);
    for (size_t i = 0; i < count; i++)
        all[i].waits = spreads[i];
    free(spreads);
    for (size_t i = 0; i < model->holds.count; i++) {
        const struct model_hold *hold = &model->holds.items[i];

        durations_add(&samples, own_class(model, hold->lock), hold->end - hold->begin);
    }
    spreads = durations_by_key(&samples, count);
    for (size_t i = 0; i < count; i++)
        all[i].holds = spreads[i];
    free(spreads);
}

static int by_cost(const void *left, const void *right)
{
    const struct class_summary *a = left, *b = right;

    if (a->waits.total != b->waits.total)
        return a->waits.total > b->waits.total ? -1 : 1;
    if (a->holds.total != b->holds.total)
        return a->holds.total > b->holds.total ? -1 : 1;
    return a->lock_class < b->lock_class ? -1 : a->lock_class > b->lock_class;
}

struct class_summaries summarise_classes(const struct model *model)
{
    struct class_summaries found = {0};
    struct class_summary *all = zeroed(model->classes.count, sizeof *all);

    count_locks(model, all);
    count_blocked(model, all);
    spread_times(model, all);
    for (size_t i = 0; i < model->classes.count; i++) {
        all[i].lock_class = (uint32_t)i;
        if (all[i].acquisitions + all[i].contended + all[i].failures + all[i].holds.count > 0)
            VECTOR_ADD(&found, all[i]);
    }
    free(all);
    if (found.count > 0)
        qsort(found.items, found.count, sizeof *found.items, by_cost);
    return found;
}

/* -------------------------------------------------------------------------------- GIL */

static int by_hold(const void *left, const void *right)
{
    const struct gil_summary *a = left, *b = right;

    if (a->holds.total != b->holds.total)
        return a->holds.total > b->holds.total ? -1 : 1;
    return a->thread < b->thread ? -1 : a->thread > b->thread;
}

struct gil_summaries summarise_gil(const struct model *model)
{
    struct gil_summaries found = {0};
    struct duration_samples samples = {0};
    size_t count = model->threads.count;
    struct durations *waits, *holds;

    for (size_t i = 0; i < model->gil_waits.count; i++)
        durations_add(&samples, model->gil_waits.items[i].thread,
                      model->gil_waits.items[i].end - model->gil_waits.items[i].begin);
    waits = durations_by_key(&samples, count);
    for (size_t i = 0; i < model->gil_holds.count; i++)
        durations_add(&samples, model->gil_holds.items[i].thread,
                      model->gil_holds.items[i].end - model->gil_holds.items[i].begin);
    holds = durations_by_key(&samples, count);
    for (size_t i = 0; i < count; i++)
        if (waits[i].count + holds[i].count > 0)
            VECTOR_ADD(&found, ((struct gil_summary){(uint32_t)i, waits[i], holds[i]}));
    free(waits);
    free(holds);
    if (found.count > 0)
        qsort(found.items, found.count, sizeof *found.items, by_hold);
    return found;
}

/* ------------------------------------------------------------------------- serialised */

static uint32_t process_of(const struct model *model, const struct model_wait *wait)
{
    return model->threads.items[wait->thread].process;
}

/* The next one of both arrays in the order of their begins. */
static const struct model_wait *next_wait(const struct model *model, size_t *lock, size_t *gil,
                                          bool *is_gil)
{
    bool has_lock = *lock < model->waits.count, has_gil = *gil < model->gil_waits.count;

    *is_gil = has_gil &&
              (!has_lock || model->gil_waits.items[*gil].begin < model->waits.items[*lock].begin);
    if (*is_gil)
        return &model->gil_waits.items[(*gil)++];
    return has_lock ? &model->waits.items[(*lock)++] : NULL;
}

struct blocked *summarise_blocked(const struct model *model)
{
    struct blocked *blocked = zeroed(model->processes.count, sizeof *blocked);
    struct blocked *until = zeroed(model->processes.count, sizeof *until);
    const struct model_wait *wait;
    size_t lock = 0, gil = 0;
    bool is_gil;

    while ((wait = next_wait(model, &lock, &gil, &is_gil))) {
        uint32_t process = process_of(model, wait);

        add_blocked(&blocked[process].either, &until[process].either, wait);
        if (is_gil)
            add_blocked(&blocked[process].gil, &until[process].gil, wait);
        else
            add_blocked(&blocked[process].lock, &until[process].lock, wait);
    }
    free(until);
    return blocked;
}
