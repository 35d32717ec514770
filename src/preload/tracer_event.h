/* SPDX-License-Identifier: MIT */
/* What the files of tracer.h share: events on their way into the file. */
#ifndef PIHOOK_PRELOAD_TRACER_EVENT_H
#define PIHOOK_PRELOAD_TRACER_EVENT_H

#include "base/clock.h"
#include "locks/thread.h"
#include "preload/checks_common.h"
#include "preload/tracer.h"
#include "trace/buffer.h"
#include "trace/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * There is no buffer, or no room in it for so many events, the first of that time.  False:
 * there is none to be had, and the loss was counted.
 */
bool tracer_make_room(struct thread *self, uint32_t count, int64_t time);

void tracer_put_both(struct thread *self, uint32_t stack, enum trace_whose whose,
                     struct trace_event event);

/* The record of an ended thread is used again, and its buffer with it. */
static inline bool tracer_has_room(const struct thread *self, uint32_t count)
{
    return self->trace != NULL && self->trace->thread == self->number &&
           buffer_has_room(self->trace, count);
}

#define TRACER_INLINE static inline __attribute__((always_inline))

/* Records an event, if events are; where its time is 0, it is now.  Returns the time. */
TRACER_INLINE int64_t tracer_put(struct thread *self, struct trace_event event)
{
    if (!tracer_records())
        return event.time;
    if (event.time == 0)
        event.time = clock_now();
    if (__builtin_expect(!tracer_has_room(self, 1), 0) && !tracer_make_room(self, 1, event.time))
        return event.time;
    if (__builtin_expect(!buffer_put(self->trace, &event), 0))
        buffer_lose(self->trace); /* a handler had the room */
    return event.time;
}

/* The same with a stack that belongs to it; 0: none.  Its time must be set. */
TRACER_INLINE void tracer_put_with(struct thread *self, uint32_t stack, enum trace_whose whose,
                                   struct trace_event event)
{
    if (__builtin_expect(stack == 0, 1))
        tracer_put(self, event);
    else
        tracer_put_both(self, stack, whose, event);
}

/* Only what takes long has a stack: that costs more than the event. */
TRACER_INLINE bool tracer_deserves_stack(int64_t nanoseconds)
{
    return checks_options->trace_stacks > 0 &&
           nanoseconds >= (int64_t)checks_options->trace_stacks * 1000;
}

/* The numbers of what is defined once; 0: it can't be. */
uint32_t tracer_place(struct thread *self, const void *place);
uint32_t tracer_string(struct thread *self, const char *text);
uint32_t tracer_class(struct thread *self, uint32_t lock_class);

/* The number of a stack of machine code, or of lines of a script, or both; 0: none. */
uint32_t tracer_stack(struct thread *self, const void *const *places, unsigned count);

/* Where the thread is, as the number of a stack; 0: none. */
uint32_t tracer_stack_here(struct thread *self);

/* Where another thread is, which waits or can't go on meanwhile. */
uint32_t tracer_stack_of(struct thread *self, const struct thread *other);

/* Writes down which import statements ran how often, where that is counted. */
void tracer_tell_statements(struct thread *self);

/* Writes its name down if it is another one by now. */
void tracer_name_thread(struct thread *self, struct thread *thread);

/* The same at the end of the process, for one that still runs, with what it has used by then. */
void tracer_thread_stays(struct thread *self, struct thread *thread);

/* Writes down what is known of a thread now. */
void tracer_define_thread(struct thread *self, const struct thread *thread);

#endif
