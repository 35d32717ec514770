/* SPDX-License-Identifier: MIT */
/* Threads, for the trace.  Called by self.c and the wrappers of thread.c. */
#include "preload/tracer.h"

#include "base/clock.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer_event.h"
#include "preload/tracer_stats.h"
#include "trace/buffer.h"
#include "trace/define.h"

#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One that we didn't see begin may be joined all the same. */
static unsigned flags_of(const struct thread *thread)
{
    bool detached = !thread->joinable && thread->created_at != NULL;

    return (thread->tid == getpid() ? TRACE_MAIN : 0U) | (thread->daemon ? TRACE_DAEMON : 0U) |
           (detached ? TRACE_DETACHED : 0U);
}

void tracer_define_thread(struct thread *self, const struct thread *thread)
{
    struct trace_definition definition = {0};
    struct guard guard;

    if (!guard_enter(self, &guard))
        return;
    definition.detail = (uint8_t)flags_of(thread);
    definition.thread.tid = (uint32_t)thread->tid;
    definition.thread.name = define_string(thread_name(thread));
    definition.thread.creator = thread->creator;
    definition.thread.place = define_place(thread->created_at);
    define_thread(thread->number, &definition);
    guard_leave(self, &guard);
}

void tracer_thread_begins(struct thread *self)
{
    if (!tracer_records())
        return;
    self_learn_name(self);
    tracer_define_thread(self, self);
    tracer_put(self, (struct trace_event){.kind = TRACE_THREAD_BEGINS});
}

static uint64_t processor_time(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* Programs name a thread after its start. */
void tracer_name_thread(struct thread *self, struct thread *thread)
{
    char before[sizeof thread->name];

    if (thread->script_name[0] != '\0')
        return;
    memcpy(before, thread->name, sizeof before);
    self_learn_name(thread);
    if (memcmp(before, thread->name, sizeof before) != 0)
        tracer_define_thread(self, thread);
}

void tracer_thread_ends(struct thread *self)
{
    struct guard guard;

    if (tracer_counts)
        tracer_count_thread_ends(self, clock_now());
    if (!tracer_records())
        return;
    tracer_name_thread(self, self);
    tracer_put(self, (struct trace_event){.kind = TRACE_THREAD_ENDS, .subject = processor_time()});
    if (self->trace == NULL || !guard_enter(self, &guard))
        return;
    buffer_end(self->trace);
    guard_leave(self, &guard);
}

/* Where a script is, or else that place. */
static const void *place_in_script(struct thread *self, const void *place)
{
    struct script_stack script;

    checks_read_script(self, &script);
    self->script = NULL;
    return script.count > 0 ? script.lines[0] : place;
}

void tracer_thread_creates(struct thread *self, struct thread *child, const void *place)
{
    if (!tracer_records())
        return;
    place = place_in_script(self, place);
    child->creator = self->number;
    child->created_at = place;
    tracer_define_thread(self, child);
    tracer_put_with(self, tracer_stack_here(self), TRACE_OWN_STACK,
                    (struct trace_event){.time = clock_now(),
                                         .kind = TRACE_THREAD_CREATES,
                                         .value = child->number,
                                         .place = tracer_place(self, place)});
}

/* In native code only its stack tells where. */
void tracer_forks(struct thread *self)
{
    if (self != NULL && tracer_records())
        tracer_put_with(
            self, tracer_stack_here(self), TRACE_OWN_STACK,
            (struct trace_event){.time = clock_now(),
                                 .kind = TRACE_FORKS,
                                 .place = tracer_place(self, place_in_script(self, NULL))});
}

void tracer_joins(struct thread *self, uint32_t joined, const void *place)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){.kind = TRACE_JOIN_WAITS,
                                              .value = joined,
                                              .place = tracer_place(self, place)});
}

void tracer_detached(struct thread *self, uint32_t detached)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){.kind = TRACE_THREAD_DETACHED, .value = detached});
}

void tracer_joined(struct thread *self, uint32_t joined, bool success)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){
                             .kind = TRACE_JOIN_ENDS, .value = joined, .detail = success});
}
