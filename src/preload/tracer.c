/* SPDX-License-Identifier: MIT */
/*
 * Events on their way into the trace file.  Called by the other files of the tracer; only
 * what is new, or a chunk that is full, takes the guard.
 */
#include "preload/tracer_event.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/sink.h"
#include "base/table.h"
#include "base/write.h"
#include "locks/threads.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "report/attribution.h"
#include "report/place.h"
#include "trace/buffer.h"
#include "trace/define.h"
#include "trace/file.h"
#include "trace/stats.h"
#include "trace/stats_text.h"

#include <errno.h>
#include <stddef.h>

bool tracer_is_on, tracer_records, tracer_counts;

static const struct options *options;
static struct sink name; /* only for its name */
static int64_t counted_from;
static struct table buffers = TABLE_OF(struct trace_buffer);

/* ---- events ---- */

/* The record of an ended thread is used again, and its buffer with it. */
static void begin_buffer(struct thread *self)
{
    uint32_t number = self->trace == NULL ? table_add(&buffers) : 0;

    if (number != 0)
        self->trace = table_at(&buffers, number);
    if (self->trace != NULL)
        buffer_begin(self->trace, self->number);
}

static bool has_buffer(const struct thread *self)
{
    return self->trace != NULL && self->trace->thread == self->number;
}

static __attribute__((noinline)) void put_slowly(struct thread *self,
                                                 const struct trace_event *event)
{
    struct guard guard;

    if ((!has_buffer(self) || buffer_may_refill(self->trace)) && guard_enter(self, &guard)) {
        if (!has_buffer(self))
            begin_buffer(self);
        if (self->trace != NULL)
            buffer_refill(self->trace, event->time);
        guard_leave(self, &guard);
    }
    if (!has_buffer(self))
        trace_file_lost(1);
    else if (!buffer_put(self->trace, event))
        buffer_lose(self->trace);
}

int64_t tracer_put(struct thread *self, struct trace_event event)
{
    if (!tracer_records)
        return event.time;
    if (event.time == 0)
        event.time = clock_now();
    if (!has_buffer(self) || !buffer_put(self->trace, &event))
        put_slowly(self, &event);
    return event.time;
}

/* ---- definitions ---- */

uint32_t tracer_place(struct thread *self, const void *place)
{
    uint32_t number = define_place_known(place);
    struct guard guard;

    if (number != 0 || place == NULL || !guard_enter(self, &guard))
        return number;
    number = define_place(place);
    guard_leave(self, &guard);
    return number;
}

uint32_t tracer_string(struct thread *self, const char *text)
{
    uint32_t number;
    struct guard guard;

    if (!guard_enter(self, &guard))
        return 0;
    number = define_string(text);
    guard_leave(self, &guard);
    return number;
}

uint32_t tracer_class(struct thread *self, uint32_t lock_class)
{
    struct guard guard;

    if (define_class_known(lock_class) || !guard_enter(self, &guard))
        return lock_class;
    define_class(lock_class);
    guard_leave(self, &guard);
    return lock_class;
}

/* ---- start, fork and exit ---- */

static bool open_file(bool forked)
{
    char path[SINK_NAME_MAX];
    struct text text = text_in(path, sizeof path);
    int result;

    sink_name(&name, &text);
    result = trace_file_open(
        &(struct trace_file_options){.path = path,
                                     .bound = (size_t)options->trace_size << 20,
                                     .keep_newest = options->trace_full == TRACE_FULL_NEWEST,
                                     .forked = forked});
    if (result < 0)
        log_unwritable("trace", &name, -result);
    return result == 0;
}

/* Under the guard, or while nobody else is there. */
static void begin(bool forked)
{
    struct attribution here;
    struct write_kept kept;

    tracer_records = open_file(forked);
    tracer_is_on = tracer_records || tracer_counts;
    if (!tracer_records)
        return;
    write_begin(&kept);
    attribution_here(&here);
    write_end(&kept);
    define_process(here.command, place_program(), NULL);
}

void tracer_start(const struct options *given)
{
    options = given;
    if (given->trace[0] == '\0' && !given->stats)
        return;
    if (!given->lock_checks) {
        log_line("options trace and stats do nothing where lock-checks is off");
        return;
    }
    clock_start();
    counted_from = clock_now();
    tracer_is_on = tracer_counts = given->stats;
    if (given->trace[0] == '\0')
        return;
    sink_set(&name, given->trace);
    begin(false);
}

void tracer_exits(int status)
{
    struct thread *self = trace_file_is_ours() ? self_enter() : NULL;

    if (self != NULL) {
        tracer_tell_statements(self);
        tracer_put(self, (struct trace_event){.kind = TRACE_EXITS, .value = (uint32_t)status});
        tracer_thread_ends(self);
    }
    trace_file_end(status);
}

void tracer_tell_stats(void)
{
    char *bytes = tracer_counts ? memory_take(STATS_TEXT_BYTES) : NULL;

    if (bytes == NULL)
        return;
    struct text text = text_in(bytes, STATS_TEXT_BYTES);
    stats_text(&text, counted_from, clock_now());
    log_write(bytes, text.length);
    memory_give(bytes, STATS_TEXT_BYTES);
}

/* What it writes between here and the child's own file would be in its parent's. */
void tracer_forks(struct thread *self)
{
    if (!tracer_records || self == NULL)
        return;
    tracer_put(self, (struct trace_event){.kind = TRACE_FORKS});
    if (has_buffer(self))
        self->trace->writing = true;
}

static void forget(void)
{
    trace_file_forget();
    define_forget();
    for (uint32_t number = 1; number < buffers.count; number++)
        buffer_begin(table_at(&buffers, number), 0);
    if (!tracer_counts)
        return;
    stats_forget();
    counted_from = clock_now();
}

static void begin_anew(struct thread *self)
{
    struct guard guard;
    bool records = tracer_records;

    tracer_records = false;
    forget();
    if (self == NULL)
        return;
    self->stats = NULL;
    if (records && guard_enter(self, &guard)) {
        begin(true);
        guard_leave(self, &guard);
    }
    tracer_thread_begins(self);
}

void tracer_forked(struct thread *self, bool in_child)
{
    if (!tracer_is_on)
        return;
    if (in_child)
        begin_anew(self);
    else if (self != NULL && has_buffer(self))
        self->trace->writing = false;
}
