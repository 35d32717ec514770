/* SPDX-License-Identifier: MIT */
/* Threads, for the trace.  Called by self.c and the wrappers of thread.c. */
#include "preload/tracer.h"

#include "base/clock.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer_event.h"
#include "preload/tracer_stats.h"
#include "report/script_place.h"
#include "trace/buffer.h"
#include "trace/define.h"

#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* A child that nobody told us of has its parent's record of itself. */
static pid_t tid_of(const struct thread *self, const struct thread *thread)
{
    return thread == self ? (pid_t)syscall(SYS_gettid) : thread->tid;
}

/* One that we didn't see begin may be joined all the same. */
static unsigned flags_of(const struct thread *self, const struct thread *thread)
{
    bool detached = !thread->joinable && thread->created_at != NULL;

    return (tid_of(self, thread) == getpid() ? TRACE_MAIN : 0U) |
           (thread->daemon ? TRACE_DAEMON : 0U) | (detached ? TRACE_DETACHED : 0U);
}

static void define(struct thread *self, const struct thread *thread, uint64_t cpu)
{
    struct trace_definition definition = {0};
    struct guard guard;

    if (!guard_enter(self, &guard))
        return;
    definition.detail = (uint8_t)flags_of(self, thread);
    definition.thread.tid = (uint32_t)tid_of(self, thread);
    definition.thread.name = define_string(thread_name(thread));
    definition.thread.creator = thread->creator;
    definition.thread.place = define_place(thread->created_at);
    definition.thread.cpu = cpu;
    define_thread(thread->number, &definition);
    guard_leave(self, &guard);
}

void tracer_define_thread(struct thread *self, const struct thread *thread)
{
    define(self, thread, 0);
}

void tracer_thread_begins(struct thread *self)
{
    if (!tracer_records())
        return;
    self_learn_name(self);
    tracer_define_thread(self, self);
    tracer_put(self, (struct trace_event){.kind = TRACE_THREAD_BEGINS});
}

/* 0: it can't be told. */
static uint64_t processor_time(clockid_t clock)
{
    struct timespec used;

    if (clock_gettime(clock, &used) != 0)
        return 0;
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

/* As the kernel numbers the clock of any thread; pthread_getcpuclockid() needs one that lives. */
static clockid_t clock_of(const struct thread *thread)
{
    enum { PER_THREAD = 4, SCHEDULED = 2 };

    return (clockid_t)(~(unsigned)thread->tid << 3 | PER_THREAD | SCHEDULED);
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

void tracer_thread_stays(struct thread *self, struct thread *thread)
{
    uint64_t cpu = processor_time(thread == self ? CLOCK_THREAD_CPUTIME_ID : clock_of(thread));

    if (cpu == 0)
        return; /* it is not there, but in the process that this one was forked from */
    if (thread->script_name[0] == '\0')
        self_learn_name(thread);
    define(self, thread, cpu);
}

void tracer_thread_ends(struct thread *self)
{
    struct guard guard;

    if (tracer_counts)
        tracer_count_thread_ends(self, clock_now());
    if (!tracer_records())
        return;
    tracer_name_thread(self, self);
    tracer_put(self, (struct trace_event){.kind = TRACE_THREAD_ENDS,
                                          .subject = processor_time(CLOCK_THREAD_CPUTIME_ID)});
    if (self->trace == NULL || !guard_enter(self, &guard))
        return;
    buffer_end(self->trace);
    guard_leave(self, &guard);
}

static bool is_in_threading(const void *line)
{
    const struct script_place *place = script_place_at(line);
    const char *name = place == NULL ? NULL : strrchr(place->file, '/');

    return name != NULL && strcmp(name, "/threading.py") == 0;
}

/* The line that asked module threading for it. */
static const void *line_of(const struct script_stack *script)
{
    unsigned outer = 0;

    while (outer + 1 < script->count && is_in_threading(script->lines[outer]))
        outer++;
    return script->lines[outer];
}

/* Where a script is, or else that place. */
static const void *place_in_script(struct thread *self, const void *place)
{
    struct script_stack script;

    checks_read_script(self, &script);
    self->script = NULL;
    return script.count > 0 ? line_of(&script) : place;
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
    if (!tracer_records())
        return;
    place = place_in_script(self, place);
    self->told_join = joined;
    tracer_put(self, (struct trace_event){
                         .kind = TRACE_JOIN_WAITS,
                         .value = joined,
                         .place = tracer_place(self, place),
                     });
}

void tracer_detached(struct thread *self, uint32_t detached)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){.kind = TRACE_THREAD_DETACHED, .value = detached});
}

void tracer_joined(struct thread *self, uint32_t joined, bool success)
{
    self->told_join = 0;
    if (tracer_records())
        tracer_put(self, (struct trace_event){
                             .kind = TRACE_JOIN_ENDS, .value = joined, .detail = success});
}

void tracer_seen_ended(struct thread *self, uint32_t ended)
{
    if (tracer_records())
        tracer_put(self, (struct trace_event){.kind = TRACE_THREAD_SEEN, .value = ended});
}
