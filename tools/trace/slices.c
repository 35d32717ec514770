/* SPDX-License-Identifier: MIT */
#include "trace/slices.h"

#include "graph/vector.h"
#include "report/pool.h"

#include <stdlib.h>

/* ------------------------------------------------------------------------- collecting */

static struct slice *add(struct slices *slices, enum slice_kind kind, size_t index, uint32_t thread,
                         int64_t begin, int64_t end)
{
    struct slice *slice = &slices->items[slices->count++];

    *slice = (struct slice){
        .begin = begin, .end = end, .thread = thread, .index = (uint32_t)index, .kind = kind};
    return slice;
}

static void add_imports(struct slices *slices, const struct model *model)
{
    for (size_t i = 0; i < model->imports.count; i++) {
        const struct model_import *import = &model->imports.items[i];
        struct slice *slice =
            add(slices, SLICE_IMPORT, i, import->thread, import->begin, import->end);

        slice->place = import->place;
        slice->stack = import->stack;
        slice->flags = import->flags;
    }
    for (size_t i = 0; i < model->hooks.count; i++) {
        const struct model_hook *hook = &model->hooks.items[i];

        add(slices, SLICE_HOOK, i, hook->thread, hook->begin, hook->end)->flags = hook->flags;
    }
    for (size_t i = 0; i < model->libraries.count; i++) {
        const struct model_library *library = &model->libraries.items[i];

        add(slices, SLICE_LIBRARY, i, library->thread, library->begin, library->end)->flags =
            library->flags;
    }
}

static void add_waits(struct slices *slices, enum slice_kind kind, const struct model_wait *waits,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct slice *slice = add(slices, kind, i, waits[i].thread, waits[i].begin, waits[i].end);

        slice->place = waits[i].place;
        slice->stack = waits[i].stack;
        slice->flags = waits[i].flags;
    }
}

static void add_others(struct slices *slices, const struct model *model)
{
    for (size_t i = 0; i < model->joins.count; i++) {
        const struct model_join *join = &model->joins.items[i];
        struct slice *slice = add(slices, SLICE_JOIN, i, join->thread, join->begin, join->end);

        slice->place = join->place;
        slice->stack = join->stack;
        slice->flags = join->flags;
    }
    for (size_t i = 0; i < model->conditions.count; i++) {
        const struct model_condition *wait = &model->conditions.items[i];
        struct slice *slice = add(slices, SLICE_CONDITION, i, wait->thread, wait->begin, wait->end);

        slice->place = wait->place;
        slice->stack = wait->stack;
        slice->flags = wait->flags;
    }
}

size_t slices_count(const struct model *model)
{
    return model->imports.count + model->hooks.count + model->libraries.count + model->joins.count +
           model->conditions.count + model->waits.count + model->gil_waits.count;
}

static void collect(struct slices *slices, const struct model *model)
{
    size_t count = slices_count(model);

    slices->items = calloc(count ? count : 1, sizeof *slices->items);
    if (!slices->items)
        no_memory();
    add_imports(slices, model);
    add_others(slices, model);
    add_waits(slices, SLICE_WAIT, model->waits.items, model->waits.count);
    add_waits(slices, SLICE_GIL_WAIT, model->gil_waits.items, model->gil_waits.count);
}

/* Of two with the same times the kind tells which one is around the other. */
static int compare(const void *a, const void *b)
{
    const struct slice *one = a, *other = b;

    if (one->thread != other->thread)
        return one->thread < other->thread ? -1 : 1;
    if (one->begin != other->begin)
        return one->begin < other->begin ? -1 : 1;
    if (one->end != other->end)
        return one->end > other->end ? -1 : 1;
    if (one->kind != other->kind)
        return one->kind - other->kind;
    return (one->index > other->index) - (one->index < other->index);
}

/* ---------------------------------------------------------------------------- nesting */

static bool is_around(const struct slice *outer, const struct slice *slice)
{
    return outer->thread == slice->thread &&
           (outer->end > slice->begin ||
            (outer->end == slice->end && outer->begin == slice->begin));
}

static void nest(struct slices *slices)
{
    struct numbers open = {0};

    for (size_t i = 0; i < slices->count; i++) {
        struct slice *slice = &slices->items[i], *outer = NULL;

        while (open.count > 0 && !outer) {
            outer = &slices->items[open.items[open.count - 1]];
            if (!is_around(outer, slice)) {
                outer = NULL;
                open.count--;
            }
        }
        slice->depth = (uint32_t)open.count;
        if (outer && slice->end > outer->end)
            slice->end = outer->end;
        VECTOR_ADD(&open, (uint32_t)i);
    }
    free(open.items);
}

struct slices slices_of(const struct model *model)
{
    struct slices slices = {0};

    collect(&slices, model);
    qsort(slices.items, slices.count, sizeof *slices.items, compare);
    nest(&slices);
    return slices;
}

void slices_clear(struct slices *slices)
{
    free(slices->items);
    *slices = (struct slices){0};
}

/* --------------------------------------------------------------------------- visiting */

struct slices slices_of_thread(const struct slices *slices, uint32_t thread, size_t *next)
{
    struct slices part = {.items = slices->items + *next};

    while (*next < slices->count && slices->items[*next].thread == thread)
        ++*next;
    part.count = (size_t)(slices->items + *next - part.items);
    return part;
}

struct visit {
    const struct slices *slices;
    const struct slice_visitor *visitor;
    void *context;
    struct numbers open;
    int64_t *inner; /* time of what is in each that is open */
    size_t room;
};

static void close_last(struct visit *visit)
{
    size_t last = --visit->open.count;
    const struct slice *slice = &visit->slices->items[visit->open.items[last]];
    int64_t whole = slice->end - slice->begin;

    if (last > 0)
        visit->inner[last - 1] += whole;
    if (visit->visitor->close)
        visit->visitor->close(visit->context, slice, whole - visit->inner[last]);
}

static void open_next(struct visit *visit, size_t number)
{
    const struct slice *slice = &visit->slices->items[number];

    while (visit->open.count > slice->depth)
        close_last(visit);
    visit->inner = vector_grow(visit->inner, &visit->room, visit->open.count, sizeof *visit->inner);
    visit->inner[visit->open.count] = 0;
    VECTOR_ADD(&visit->open, (uint32_t)number);
    if (visit->visitor->open)
        visit->visitor->open(visit->context, slice);
}

void slices_visit(const struct slices *slices, const struct slice_visitor *visitor, void *context)
{
    struct visit visit = {.slices = slices, .visitor = visitor, .context = context};

    for (size_t i = 0; i < slices->count; i++)
        open_next(&visit, i);
    while (visit.open.count > 0)
        close_last(&visit);
    free(visit.open.items);
    free(visit.inner);
}

const struct model_wait *slice_wait(const struct model *model, const struct slice *slice)
{
    if (slice->kind == SLICE_WAIT)
        return &model->waits.items[slice->index];
    if (slice->kind == SLICE_GIL_WAIT)
        return &model->gil_waits.items[slice->index];
    return NULL;
}
