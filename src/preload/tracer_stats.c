/* SPDX-License-Identifier: MIT */
/*
 * Statistics on the way to their records.  Called by the tracer; only the first event of a
 * class, a place, a thread or a module takes the guard.
 */
#include "preload/tracer_stats.h"

#include "base/clock.h"
#include "base/text.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer.h"
#include "trace/stats.h"
#include "trace/stats_locks.h"

#include <stdbool.h>
#include <stddef.h>

/* Its record may have become another thread's. */
static bool has_record(const struct thread *self)
{
    return self->stats != NULL && self->stats->number == self->number;
}

/* Its tally may have become another thread's. */
static bool has_tally(const struct thread *self)
{
    return self->tally != NULL && self->tally->thread == self->number;
}

static __attribute__((noinline)) struct stats_count *new_count(struct thread *self,
                                                               uint32_t lock_class, unsigned kind)
{
    struct stats_count *count = NULL;
    struct guard guard;

    if (!guard_enter(self, &guard))
        return NULL;
    if (!has_tally(self))
        self->tally = stats_tally(self->number);
    if (self->tally != NULL)
        count = stats_count(self->tally, lock_class, kind);
    guard_leave(self, &guard);
    return count;
}

static struct stats_count *count_of(struct thread *self, uint32_t lock_class, unsigned kind)
{
    struct stats_count *count =
        has_tally(self) ? stats_count_known(self->tally, lock_class, kind) : NULL;

    return __builtin_expect(count != NULL, 1) ? count : new_count(self, lock_class, kind);
}

static struct stats_place *place_of(struct thread *self, const void *place)
{
    struct stats_place *found = stats_place_known(place);
    struct guard guard;

    if (found == NULL && guard_enter(self, &guard)) {
        found = stats_place(place);
        guard_leave(self, &guard);
    }
    return found;
}

/* ---- locks ---- */

void tracer_count_acquired(struct thread *self, const struct lock_request *request,
                           uint32_t lock_class)
{
    struct stats_count *count = count_of(self, lock_class, request->kind);

    if (count != NULL) /* others read it, and only this thread writes it */
        __atomic_store_n(&count->acquired, count->acquired + 1, __ATOMIC_RELAXED);
}

void tracer_count_wait(struct thread *self, const struct lock_request *request, uint32_t lock_class,
                       int64_t nanoseconds)
{
    struct stats_count *count = count_of(self, lock_class, request->kind);
    struct stats_place *place = place_of(self, request->place);

    if (count != NULL)
        spread_add(&count->waits, nanoseconds);
    if (place != NULL)
        spread_add_shared(&place->waits, nanoseconds);
    if (request->kind == LOCK_IMPORT && has_record(self))
        stats_import_waited(self->stats, nanoseconds);
}

void tracer_count_hold(struct thread *self, const struct held *entry, uint32_t lock_class,
                       int64_t nanoseconds)
{
    struct stats_count *count = count_of(self, lock_class, entry->kind);

    if (count != NULL)
        spread_add(&count->holds, nanoseconds);
}

/* ---- threads and the GIL ---- */

static void learn_name(struct thread *self, struct stats_thread *stats)
{
    if (thread_name(self)[0] == '\0')
        self_learn_name(self);

    struct text name = text_in(stats->name, sizeof stats->name);

    text_add(&name, thread_name(self));
    stats->tid = self->tid;
}

static struct stats_thread *thread_of(struct thread *self)
{
    struct guard guard;

    if (!has_record(self) && guard_enter(self, &guard)) {
        self->stats = stats_thread(self->number);
        guard_leave(self, &guard);
        if (self->stats != NULL) {
            self->stats->began = clock_now();
            learn_name(self, self->stats);
        }
    }
    return has_record(self) ? self->stats : NULL;
}

void tracer_count_gil_waits(struct thread *self, int64_t now)
{
    struct stats_thread *stats = thread_of(self);

    if (stats != NULL)
        stats->interpreter_since = now;
}

void tracer_count_gil_taken(struct thread *self, int64_t now)
{
    struct stats_thread *stats = thread_of(self);

    if (stats == NULL)
        return;
    if (self->interpreter_waited)
        spread_add(&stats->interpreter_waits, now - stats->interpreter_since);
    stats->interpreter_since = now;
}

void tracer_count_gil_dropped(struct thread *self, int64_t now)
{
    struct stats_thread *stats = thread_of(self);

    if (stats == NULL || stats->interpreter_since == 0)
        return;
    spread_add(&stats->interpreter_holds, now - stats->interpreter_since);
    stats->interpreter_since = 0;
}

static void end_tally(struct thread *self)
{
    struct guard guard;

    if (!has_tally(self) || !guard_enter(self, &guard))
        return;
    stats_tally_end(self->tally);
    self->tally = NULL;
    guard_leave(self, &guard);
}

void tracer_count_thread_ends(struct thread *self, int64_t now)
{
    end_tally(self);
    if (!has_record(self))
        return;
    learn_name(self, self->stats);
    self->stats->ended = now;
}

/* ---- imports ---- */

void tracer_count_import_begins(struct thread *self, const char *module, int64_t now)
{
    struct stats_thread *stats = thread_of(self);
    struct stats_module *found = NULL;
    struct guard guard;

    if (stats == NULL)
        return;
    if (guard_enter(self, &guard)) {
        found = stats_module(module);
        guard_leave(self, &guard);
    }
    stats_import_begins(stats, found, now);
}

void tracer_count_import_ends(struct thread *self, int64_t now)
{
    struct stats_thread *stats = thread_of(self);

    if (stats != NULL)
        stats_import_ends(stats, now);
}
