/* SPDX-License-Identifier: MIT */
/*
 * Events on their way into the trace file.  Called by the other files of the tracer; only
 * what is new, or a chunk that is full, takes the guard.
 */
#include "preload/tracer_event.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/resident.h"
#include "base/sink.h"
#include "base/table.h"
#include "base/wiped.h"
#include "base/write.h"
#include "locks/threads.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "python/module_uses.h"
#include "report/attribution.h"
#include "report/place.h"
#include "trace/buffer.h"
#include "trace/define.h"
#include "trace/file.h"
#include "trace/stats.h"
#include "trace/stats_text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

bool tracer_is_on, tracer_counts;

static bool records; /* or did, in the process that this one was forked from */

/* Where the kernel can't wipe a page: forks are seen by libc's handlers. */
static struct here {
    bool recording, here;
} unwiped = {.here = true};
bool *tracer_recording = &unwiped.recording, *tracer_is_here = &unwiped.here;

static const struct options *options;
static struct sink name; /* only for its name */
static int64_t counted_from;
static struct table buffers = TABLE_OF(struct trace_buffer);

/* ---- events ---- */

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

static void refill(struct thread *self, int64_t time)
{
    struct guard guard;

    if (!guard_enter(self, &guard))
        return;
    if (!has_buffer(self))
        begin_buffer(self);
    if (self->trace != NULL)
        buffer_refill(self->trace, time);
    guard_leave(self, &guard);
}

/* What is lost is counted as one: an event, with its stack or without. */
bool tracer_make_room(struct thread *self, uint32_t count, int64_t time)
{
    if (!has_buffer(self) || buffer_may_refill(self->trace))
        refill(self, time);
    if (tracer_has_room(self, count))
        return true;
    if (has_buffer(self))
        buffer_lose(self->trace);
    else
        trace_file_lost(1);
    return false;
}

void tracer_put_both(struct thread *self, uint32_t stack, enum trace_whose whose,
                     struct trace_event event)
{
    const struct trace_event both[] = {
        {.time = event.time, .kind = TRACE_WITH_STACK, .value = stack, .detail = (uint8_t)whose},
        event};

    if (!tracer_records() || (!tracer_has_room(self, 2) && !tracer_make_room(self, 2, event.time)))
        return;
    if (!buffer_put_both(self->trace, both))
        buffer_lose(self->trace); /* a handler had the room */
}

/* ---- definitions ---- */

uint32_t tracer_place(struct thread *self, const void *place)
{
    uint32_t number = define_place_known(place);
    struct guard guard;

    if (number != 0 || place == NULL || define_is_full() || !guard_enter(self, &guard))
        return number;
    number = define_place(place);
    guard_leave(self, &guard);
    return number;
}

uint32_t tracer_string(struct thread *self, const char *text)
{
    uint32_t number = define_string_known(text);
    struct guard guard;

    if (number != 0 || define_is_full() || !guard_enter(self, &guard))
        return number;
    number = define_string(text);
    guard_leave(self, &guard);
    return number;
}

uint32_t tracer_class(struct thread *self, uint32_t lock_class)
{
    struct guard guard;

    if (define_class_known(lock_class) || define_is_full() || !guard_enter(self, &guard))
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

static void set_recording(bool on)
{
    records = *tracer_recording = on;
    tracer_is_on = records || tracer_counts;
}

/* Under the guard, or while nobody else is there. */
static void begin(bool forked)
{
    struct attribution here;
    struct write_kept kept;

    set_recording(open_file(forked));
    if (!records)
        return;
    write_begin(&kept);
    attribution_here(&here);
    write_end(&kept);
    define_process(here.command, place_program(), NULL);
    module_uses_mark();
}

static void keep_from_children(void)
{
    struct here *wiped = wiped_take(sizeof *wiped);

    if (wiped == NULL)
        return;
    wiped->here = true;
    tracer_recording = &wiped->recording;
    tracer_is_here = &wiped->here;
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
    keep_from_children();
    tracer_is_on = tracer_counts = given->stats;
    if (given->trace[0] == '\0')
        return;
    sink_set(&name, given->trace);
    begin(false);
}

static void tell_threads(struct thread *self)
{
    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        if (thread->state == THREAD_LIVE && thread->tid != 0)
            tracer_thread_stays(self, thread);
}

void tracer_exits(int status)
{
    struct thread *self = tracer_records() && trace_file_is_ours() ? self_enter() : NULL;

    if (self != NULL) {
        tell_threads(self);
        tracer_tell_statements(self);
        module_uses_end();
        tracer_put(self, (struct trace_event){.kind = TRACE_EXITS, .value = (uint32_t)status});
        tracer_thread_ends(self);
    }
    trace_file_end(status);
}

static void name_process(struct text *text)
{
    const char *program = strrchr(place_program(), '/');

    text_join(text, program == NULL ? place_program() : program + 1, " (", NULL);
    text_add_int(text, getpid());
    text_add(text, ")");
}

void tracer_tell_stats(void)
{
    char process_bytes[512];
    struct text process = text_in(process_bytes, sizeof process_bytes);
    char *bytes = tracer_counts ? memory_take(STATS_TEXT_BYTES) : NULL;

    if (bytes == NULL)
        return;
    struct text text = text_in(bytes, STATS_TEXT_BYTES);
    name_process(&process);
    stats_text(&text, process_bytes, counted_from, clock_now());
    log_write(bytes, text.length);
    memory_give(bytes, STATS_TEXT_BYTES);
}

static void forget(void)
{
    clock_forked();
    resident_forked();
    trace_file_forget();
    define_forget();
    module_uses_forget();
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
    bool recorded = records;

    *tracer_is_here = true;
    set_recording(false);
    forget();
    if (self == NULL)
        return;
    self->stats = NULL;
    self->tally = NULL;
    if (recorded && guard_enter(self, &guard)) {
        begin(true);
        guard_leave(self, &guard);
    }
    tracer_thread_begins(self);
}

/*
 * The kernel alone was asked for this child, or libc's _Fork(): by a thread that may be in a
 * signal handler, and go back to what was interrupted, be it of ours.
 */
bool tracer_begins_here(void)
{
    struct thread *self = tracer_is_on ? self_enter() : NULL;
    int error = errno;

    if (self == NULL || self->busy || self->forks ||
        (self->trace != NULL && self->trace->writing) || *tracer_is_here)
        return tracer_is_on && *tracer_recording;
    memory_keep(true);
    begin_anew(self);
    memory_keep(false);
    errno = error;
    return *tracer_recording;
}

void tracer_forked(struct thread *self)
{
    int error = errno;

    if (tracer_is_on)
        begin_anew(self);
    errno = error;
}
