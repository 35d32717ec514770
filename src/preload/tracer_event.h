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

/*
 * Tells where the thread is, for the next event, which has that time: lines of its script, or
 * frames of machine code where it runs none.
 */
void tracer_put_stack(struct thread *self, int64_t time);

/* Writes down which import statements ran how often, where that is counted. */
void tracer_tell_statements(struct thread *self);

/* Writes down what is known of a thread now. */
void tracer_define_thread(struct thread *self, const struct thread *thread);

#endif
