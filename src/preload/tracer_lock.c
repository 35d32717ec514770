/* SPDX-License-Identifier: MIT */
/*
 * Locks and conditions, for the trace.  Called by the checks around acquisitions
 * and releases; a lock that is known and free costs two events and no lock of ours.
 */
#include "preload/tracer.h"

#include "base/clock.h"
#include "locks/births.h"
#include "locks/identity.h"
#include "locks/import_lock.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/tracer_event.h"
#include "preload/tracer_stats.h"
#include "trace/buffer.h"
#include "trace/define.h"

#include <stddef.h>

/* ---- stacks ---- */

uint32_t tracer_stack(struct thread *self, const void *const *places, unsigned count)
{
    uint32_t number = 0;
    struct guard guard;

    if (count > 0 && !define_is_full() && guard_enter(self, &guard)) {
        number = define_stack(places, count);
        guard_leave(self, &guard);
    }
    return number;
}

/* Lines of a script say more than the machine code below them. */
uint32_t tracer_stack_here(struct thread *self)
{
    const void *frames[SCRIPT_LINES_MOST];
    struct unwind_registers here;
    struct script_stack script;

    checks_read_script(self, &script);
    self->script = NULL;
    if (script.count > 0)
        return tracer_stack(self, script.lines, script.count);
    unwind_here(&here);
    unsigned count = unwind(&here, &self->stack, (const void *)(uintptr_t)tracer_stack, frames,
                            (unsigned)checks_options->stack_depth);
    return tracer_stack(self, frames, count);
}

uint32_t tracer_stack_of(struct thread *self, const struct thread *other)
{
    struct script_stack script;
    const void *top = checks_script_top_of(other);

    if (top == NULL || checks_script_of(top, &script) == 0)
        return 0;
    return tracer_stack(self, script.lines, script.count);
}

/* ---- locks ---- */

static uint32_t class_for(struct thread *self, const void *address, lock_id id, unsigned kind)
{
    uint32_t class;

    if (kind == LOCK_IMPORT)
        return 0;
    class = lock_is_of_script((enum lock_kind)kind) ? births_class(address) : class_of(id);
    if (class == 0 || !tracer_records() ||
        (self->trace != NULL && self->trace->last_class == class))
        return class;
    tracer_class(self, class);
    if (self->trace != NULL)
        self->trace->last_class = class;
    return class;
}

/* A lock of a module has no class; its name says it all. */
static void name_import_lock(struct thread *self, const void *address)
{
    struct guard guard;

    if (define_is_full() || !guard_enter(self, &guard))
        return;
    define_lock_name(address, 0, import_lock_name(address));
    guard_leave(self, &guard);
}

TRACER_INLINE struct trace_event event_of(struct thread *self, const struct lock_request *request,
                                          enum trace_event_kind kind)
{
    return (struct trace_event){.kind = (uint8_t)kind,
                                .subject = (uintptr_t)request->address,
                                .lock_class =
                                    class_for(self, request->address, request->id, request->kind),
                                .place = tracer_records() ? tracer_place(self, request->place) : 0,
                                .lock = (uint8_t)request->kind,
                                .mode = (uint8_t)(request->mode | request->wait << 4)};
}

void tracer_lock_waits(struct thread *self, const struct lock_request *request,
                       struct thread *owner)
{
    struct trace_event event;
    uint32_t stack = 0;

    if (!tracer_is_on)
        return;
    self->waited_since = clock_now();
    if (!tracer_records())
        return;
    event = event_of(self, request, TRACE_LOCK_WAITS);
    event.time = self->waited_since;
    if (request->kind == LOCK_IMPORT)
        name_import_lock(self, request->address);
    if (owner != NULL) {
        event.value = owner->number;
        stack = tracer_stack_of(self, owner);
    }
    tracer_put_with(self, stack, TRACE_HOLDERS_STACK, event);
}

/* A thread of a script gets its name a little after its start. */
static void learn_name(struct thread *self)
{
    enum { TIMES = 16 };

    if (self->named >= TIMES)
        return;
    self->named++;
    checks_learn_script_name(self);
    if (self->script_name[0] == '\0')
        return;
    self->named = TIMES;
    if (tracer_records())
        tracer_define_thread(self, self);
}

/* Its stack, where it took so long that it deserves one. */
TRACER_INLINE void put_ended(struct thread *self, struct trace_event event, int64_t took)
{
    if (tracer_records())
        tracer_put_with(self, tracer_deserves_stack(took) ? tracer_stack_here(self) : 0,
                        TRACE_OWN_STACK, event);
}

static int64_t put_end(struct thread *self, const struct lock_request *request,
                       enum trace_event_kind kind)
{
    struct trace_event event = event_of(self, request, kind);
    int64_t waited = 0;

    event.time = clock_now();
    if (self->waited_since != 0) {
        event.detail = 1;
        waited = event.time - self->waited_since;
        self->waited_since = 0;
        if (tracer_counts)
            tracer_count_wait(self, request, event.lock_class, waited);
    }
    if (tracer_counts && kind == TRACE_LOCK_ACQUIRED)
        tracer_count_acquired(self, request, event.lock_class);
    if (lock_is_of_script(request->kind))
        learn_name(self);
    put_ended(self, event, waited);
    return event.time;
}

/*
 * Whoever waited for a module finds it loaded, and lets its lock go at once.  What is loaded
 * under such a lock is told as an import.
 */
static void end_import_wait(struct thread *self, const struct lock_request *request)
{
    const struct held entry = {.address = request->address, .kind = LOCK_IMPORT};

    if (self->waited_since == 0)
        return;
    put_end(self, request, TRACE_LOCK_ACQUIRED);
    tracer_lock_released(self, &entry);
}

int64_t tracer_lock_acquired(struct thread *self, const struct lock_request *request)
{
    return request->kind == LOCK_IMPORT ? 0 : put_end(self, request, TRACE_LOCK_ACQUIRED);
}

void tracer_lock_failed(struct thread *self, const struct lock_request *request)
{
    if (!tracer_is_on)
        return;
    if (request->kind == LOCK_IMPORT)
        end_import_wait(self, request);
    else
        put_end(self, request, TRACE_LOCK_FAILED);
}

void tracer_lock_released(struct thread *self, const struct held *entry)
{
    struct trace_event event;

    if (!tracer_is_on)
        return;
    event =
        (struct trace_event){.time = clock_now(),
                             .kind = TRACE_LOCK_RELEASED,
                             .subject = (uintptr_t)entry->address,
                             .lock_class = class_for(self, entry->address, entry->id, entry->kind),
                             .lock = entry->kind,
                             .mode = entry->mode};

    if (tracer_counts && entry->since != 0)
        tracer_count_hold(self, entry, event.lock_class, event.time - entry->since);
    put_ended(self, event, entry->since == 0 ? 0 : event.time - entry->since);
}

void tracer_lock_gone(struct thread *self, const void *lock, uint32_t lock_class,
                      enum lock_kind kind)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){.kind = TRACE_LOCK_GONE,
                                              .subject = (uintptr_t)lock,
                                              .lock_class = tracer_class(self, lock_class),
                                              .lock = (uint8_t)kind});
}

/* ---- conditions ---- */

void tracer_waits(struct thread *self, const void *condition, const void *place)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){.kind = TRACE_CONDITION_WAITS,
                                              .subject = (uintptr_t)condition,
                                              .place = tracer_place(self, place)});
}

void tracer_woken(struct thread *self, const void *condition)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){.kind = TRACE_CONDITION_WOKEN,
                                              .subject = (uintptr_t)condition});
}
