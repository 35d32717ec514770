/* SPDX-License-Identifier: MIT */
/* Statistics, as the tracer keeps them.  Each is called only while they are kept. */
#ifndef PIHOOK_PRELOAD_TRACER_STATS_H
#define PIHOOK_PRELOAD_TRACER_STATS_H

#include "locks/thread.h"

#include <stdint.h>

/* `now` is the time of the event; `since` that of the one that it ends. */
void tracer_count_acquired(struct thread *self, const struct lock_request *request,
                           uint32_t lock_class);
void tracer_count_wait(struct thread *self, const struct lock_request *request, uint32_t lock_class,
                       int64_t nanoseconds);
void tracer_count_hold(struct thread *self, const struct held *entry, uint32_t lock_class,
                       int64_t nanoseconds);

void tracer_count_gil_waits(struct thread *self, int64_t now);
void tracer_count_gil_taken(struct thread *self, int64_t now);
void tracer_count_gil_dropped(struct thread *self, int64_t now);

void tracer_count_import_begins(struct thread *self, const char *module, int64_t now);
void tracer_count_import_ends(struct thread *self, int64_t now);

void tracer_count_thread_ends(struct thread *self, int64_t now);

#endif
