/* SPDX-License-Identifier: MIT */
/*
 * Python's GIL, for the trace.  Called where checks_interpreter.c follows it, by threads that
 * are about to have it, or have just given it back.
 */
#include "preload/tracer.h"

#include "base/clock.h"
#include "base/image.h"
#include "preload/checks_common.h"
#include "preload/tracer_event.h"
#include "preload/tracer_stats.h"
#include "python/way_in.h"

#include <stddef.h>

/* A thread that runs Python has it all the time, and where it gives it back says little. */
enum { GIL_HELD_LONG = 10, NATIVE_FRAMES = 16 };

void tracer_gil_changes(struct thread *self)
{
    self->interpreter_moment = tracer_is_on ? clock_now() : 0;
}

/* Other threads have had their turn since it was given back, and before that was told. */
static struct trace_event gil_event(const struct thread *self, const void *gil,
                                    enum trace_event_kind kind)
{
    int64_t moment = self->interpreter_moment;

    return (struct trace_event){.time = moment != 0 ? moment : clock_now(),
                                .kind = (uint8_t)kind,
                                .subject = (uintptr_t)gil,
                                .lock = LOCK_INTERPRETER};
}

void tracer_gil_waits(struct thread *self, const struct lock_request *gil)
{
    struct trace_event event;

    if (!tracer_is_on)
        return;
    tracer_gil_changes(self);
    event = gil_event(self, gil->address, TRACE_GIL_WAITS);
    if (tracer_records())
        event.place = tracer_place(self, gil->place);
    if (tracer_counts)
        tracer_count_gil_waits(self, event.time);
    self->interpreter_waited = true;
    tracer_put(self, event);
}

void tracer_gil_taken(struct thread *self, const struct lock_request *gil)
{
    struct trace_event event;

    if (!tracer_is_on)
        return;
    event = gil_event(self, gil->address, TRACE_GIL_TAKEN);
    event.detail = self->interpreter_waited;
    if (tracer_counts)
        tracer_count_gil_taken(self, event.time);
    self->interpreter_waited = false;
    self->interpreter_since = event.time;
    tracer_put(self, event);
}

/* ---- where it was held long ---- */

/* Neither Python, nor what it stands on, nor ourselves. */
static bool is_extension(const void *frame)
{
    struct image image, ours;

    return image_at(frame, &image) && image_at((const void *)(uintptr_t)is_extension, &ours) &&
           image.map != ours.map && image_symbol(&image, PYTHON_MARK) == NULL &&
           image_symbol(&image, "__libc_start_main") == NULL;
}

/* The innermost frame of an extension that calls into Python to give it back; NULL: none. */
static const void *extension_here(const struct thread *self)
{
    const void *frames[NATIVE_FRAMES];
    struct unwind_registers here;
    unsigned count;

    unwind_here(&here);
    count =
        unwind(&here, &self->stack, (const void *)(uintptr_t)extension_here, frames, NATIVE_FRAMES);
    for (unsigned i = 0; i < count; i++)
        if (is_extension(frames[i]))
            return frames[i];
    return NULL;
}

/* Lines of Python, below the extension that one of them has called. */
static uint32_t stack_here(struct thread *self)
{
    const void *places[SCRIPT_LINES_MOST + 1];
    const void *extension = extension_here(self);
    struct script_stack script;
    unsigned count = 0;

    if (extension != NULL)
        places[count++] = extension;
    checks_read_script(self, &script);
    self->script = NULL;
    for (unsigned i = 0; i < script.count; i++)
        places[count++] = script.lines[i];
    return tracer_stack(self, places, count);
}

static bool is_long(const struct thread *self, int64_t now)
{
    return tracer_deserves_stack((now - self->interpreter_since) / GIL_HELD_LONG);
}

/*
 * For a lock that a thread has got which does not have the GIL yet, and so does not say that it
 * has it.  Threads run by now: where one is can't be read.
 */
static void tell_late_wait(struct thread *self)
{
    const struct lock_request *request = self->may_wait_for;

    self->may_wait_for = NULL;
    if (request != NULL)
        tracer_lock_waits(self, request, NULL);
}

void tracer_gil_dropped(struct thread *self, const void *gil)
{
    struct trace_event event;

    if (!tracer_is_on)
        return;
    event = gil_event(self, gil, TRACE_GIL_DROPPED);
    if (tracer_counts)
        tracer_count_gil_dropped(self, event.time);
    if (tracer_records())
        tracer_put_with(self, is_long(self, event.time) ? stack_here(self) : 0, TRACE_OWN_STACK,
                        event);
    tell_late_wait(self);
}
