/* SPDX-License-Identifier: MIT */
/* What the files of tracer.h share: events on their way into the file. */
#ifndef PIHOOK_PRELOAD_TRACER_EVENT_H
#define PIHOOK_PRELOAD_TRACER_EVENT_H

#include "locks/thread.h"
#include "preload/tracer.h"
#include "trace/format.h"

#include <stdint.h>

/* Records an event, if events are; where its time is 0, it is now.  Returns the time. */
int64_t tracer_put(struct thread *self, struct trace_event event);

/* The numbers of what is defined once; 0: it can't be. */
uint32_t tracer_place(struct thread *self, const void *place);
uint32_t tracer_string(struct thread *self, const char *text);
uint32_t tracer_class(struct thread *self, uint32_t lock_class);

/* The same with a stack that belongs to it; 0: none.  Its time must be set. */
void tracer_put_with(struct thread *self, uint32_t stack, enum trace_whose whose,
                     const struct trace_event *event);

/* Where the thread is, as the number of a stack; 0: none. */
uint32_t tracer_stack_here(struct thread *self);

/* Where another thread is, which waits or can't go on meanwhile. */
uint32_t tracer_stack_of(struct thread *self, const struct thread *other);

/* Writes down which import statements ran how often, where that is counted. */
void tracer_tell_statements(struct thread *self);

/* Writes its name down if it is another one by now. */
void tracer_name_thread(struct thread *self, struct thread *thread);

/* Writes down what is known of a thread now. */
void tracer_define_thread(struct thread *self, const struct thread *thread);

#endif
