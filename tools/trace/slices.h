/* SPDX-License-Identifier: MIT */
/*
 * What each thread did that took time, as slices that nest: imports, hooks, loading of
 * libraries, and all that it waited for.  Holds of locks are not among them: they overlap.
 */
#ifndef PIHOOK_TRACE_SLICES_H
#define PIHOOK_TRACE_SLICES_H

#include "trace/model.h"

enum slice_kind {
    SLICE_IMPORT,
    SLICE_HOOK,
    SLICE_LIBRARY,
    SLICE_JOIN,
    SLICE_CONDITION,
    SLICE_WAIT,
    SLICE_GIL_WAIT,
    SLICE_KINDS
};

/* One that would go over the end of the one around it, as lost events can make it, ends there. */
struct slice {
    int64_t begin, end;
    uint32_t thread;
    uint32_t index; /* in the model's array of its kind */
    uint32_t depth; /* how many are around it */
    uint32_t place; /* where it was asked for, and the stack there; 0: not known */
    uint32_t stack;
    uint8_t kind;  /* enum slice_kind */
    uint8_t flags; /* enum model_flag */
};

struct slices {
    struct slice *items; /* by thread, then by begin, outer ones first */
    size_t count;
};

/* How many there will be. */
size_t slices_count(const struct model *model);

/* Without memory the command ends. */
struct slices slices_of(const struct model *model);
void slices_clear(struct slices *slices);

/* The slices of one thread, which begin at *next; moves it behind them. */
struct slices slices_of_thread(const struct slices *slices, uint32_t thread, size_t *next);

/* Each may be NULL.  `self`: its time without the slices in it. */
struct slice_visitor {
    void (*open)(void *context, const struct slice *slice);
    void (*close)(void *context, const struct slice *slice, int64_t self);
};

/* Opens and closes the slices of one thread in the order of time. */
void slices_visit(const struct slices *slices, const struct slice_visitor *visitor, void *context);

/* The wait of a slice that is one, for a lock or the GIL; else NULL. */
const struct model_wait *slice_wait(const struct model *model, const struct slice *slice);

#endif
