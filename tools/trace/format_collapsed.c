/* SPDX-License-Identifier: MIT */
/*
 * Collapsed stacks, as flamegraph.pl and others read them: a line for each stack, its frames
 * separated by semicolons, the outermost first, and its own time in microseconds.  Equal stacks
 * of all threads and processes with the same names are one line.
 */
#include "progress.h"
#include "trace/formats.h"

#include "graph/interned.h"
#include "graph/vector.h"
#include "report/pool.h"
#include "trace/frame.h"
#include "trace/labels.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct collapsed {
    const struct model *model;
    struct interned stacks;
    int64_t *sums; /* nanoseconds, of each stack */
    size_t sums_room;
    char *line; /* the stack that is open now */
    size_t used, room;
    struct numbers lengths; /* of the line, before each slice that is open */
};

/* ---------------------------------------------------------------------------- the line */

/* A semicolon would be the end of the frame. */
static void add_frame(struct collapsed *collapsed, const char *name)
{
    size_t length = strlen(name);
    char *to;

    if (collapsed->used + length + 1 > collapsed->room) {
        collapsed->room = (collapsed->used + length + 1) * 2;
        collapsed->line = realloc(collapsed->line, collapsed->room);
        if (!collapsed->line)
            no_memory();
    }
    to = collapsed->line + collapsed->used;
    *to++ = ';';
    for (size_t i = 0; i < length; i++)
        to[i] = name[i] == ';' ? ',' : name[i];
    collapsed->used += length + 1;
}

static void add_frame_add(struct collapsed *collapsed, const struct frame *frame)
{
    char bytes[LABEL_BYTES];
    struct text words = text_in(bytes, sizeof bytes);

    frame_add(&words, frame);
    add_frame(collapsed, bytes);
}

static void add_thread(struct collapsed *collapsed, uint32_t thread)
{
    char bytes[LABEL_BYTES];
    struct text name = text_in(bytes, sizeof bytes);

    collapsed->used = 0;
    label_process(&name, collapsed->model, collapsed->model->threads.items[thread].process);
    add_frame(collapsed, bytes);
    name = text_in(bytes, sizeof bytes);
    label_thread(&name, collapsed->model, thread);
    add_frame(collapsed, bytes);
}

/* ------------------------------------------------------------------------------ slices */

/* An import is known by its name, and the place of a wait ends the wait's stack already. */
static void add_slice(struct collapsed *collapsed, const struct slice *slice)
{
    const struct model *model = collapsed->model;
    const struct model_stack *stack = &model->stacks.items[frame_stack(slice)];
    struct frame frame = frame_of_slice(model, slice);

    for (uint32_t i = stack->count; i-- > 0;) {
        struct frame outer = frame_of_place(model, model->frames.items[stack->first + i]);

        add_frame_add(collapsed, &outer);
    }
    if (stack->count > 0 || slice->kind == SLICE_IMPORT || frame.line == 0)
        add_frame(collapsed, frame.name);
    else
        add_frame_add(collapsed, &frame);
}

static void open_slice(void *context, const struct slice *slice)
{
    struct collapsed *collapsed = context;

    if (slice->depth == 0)
        add_thread(collapsed, slice->thread);
    VECTOR_ADD(&collapsed->lengths, (uint32_t)collapsed->used);
    add_slice(collapsed, slice);
}

static void close_slice(void *context, const struct slice *slice, int64_t self)
{
    struct collapsed *collapsed = context;
    bool is_new;
    /* Without the first semicolon. */
    uint32_t number =
        interned_keep(&collapsed->stacks, collapsed->line + 1, collapsed->used - 1, &is_new);

    (void)slice;
    progress_add(1);
    if (is_new) {
        collapsed->sums =
            vector_grow(collapsed->sums, &collapsed->sums_room, number, sizeof *collapsed->sums);
        collapsed->sums[number] = 0;
    }
    collapsed->sums[number] += self;
    collapsed->used = collapsed->lengths.items[--collapsed->lengths.count];
}

/* Of less than half a microsecond nothing is left. */
static void print_stacks(FILE *out, const struct collapsed *collapsed)
{
    for (size_t i = 0; i < collapsed->stacks.count; i++) {
        int64_t microseconds = (collapsed->sums[i] + 500) / 1000;
        size_t length;
        const char *stack = interned_at(&collapsed->stacks, (uint32_t)i, &length);

        if (microseconds > 0)
            fprintf(out, "%.*s %" PRId64 "\n", (int)length, stack, microseconds);
    }
}

static int write_collapsed(FILE *out, const struct model *model, const struct trace_style *style)
{
    static const struct slice_visitor visitor = {.open = open_slice, .close = close_slice};
    struct collapsed collapsed = {.model = model};
    struct slices slices = slices_of(model);

    (void)style;
    progress_begin_writing(out, "adding up stacks", slices_count(model));
    slices_visit(&slices, &visitor, &collapsed);
    print_stacks(out, &collapsed);
    slices_clear(&slices);
    interned_clear(&collapsed.stacks);
    free(collapsed.sums);
    free(collapsed.line);
    free(collapsed.lengths.items);
    progress_end();
    return 0;
}

const struct trace_format trace_format_collapsed = {
    .name = "collapsed",
    .meaning = "collapsed stacks of imports and waits, for flame graphs",
    .write = write_collapsed,
};
