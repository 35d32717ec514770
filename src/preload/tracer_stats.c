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

#include <stdbool.h>
#include <stddef.h>

/* Its record may have become another thread's. */
static bool has_record(const struct thread *self)
{
    return self->stats != NULL && self->stats->number == self->number;
}

static struct stats_lock *lock_of(struct thread *self, uint32_t lock_class, unsigned kind)
{
    struct stats_lock *lock = stats_lock_known(lock_class, kind);
    struct guard guard;

    if (lock == NULL && guard_enter(self, &guard)) {
        lock = stats_lock(lock_class, kind);
        guard_leave(self, &guard);
    }
    return lock;
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
    struct stats_lock *lock = lock_of(self, lock_class, request->kind);

    if (lock != NULL)
        __atomic_fetch_add(&lock->acquired, 1, __ATOMIC_RELAXED);
}

void tracer_count_wait(struct thread *self, const struct lock_request *request, uint32_t lock_class,
                       int64_t nanoseconds)
{
    struct stats_lock *lock = lock_of(self, lock_class, request->kind);
    struct stats_place *place = place_of(self, request->place);

    if (lock != NULL)
        spread_add(&lock->waits, nanoseconds);
    if (place != NULL)
        spread_add(&place->waits, nanoseconds);
    if (request->kind == LOCK_IMPORT && has_record(self))
        stats_import_waited(self->stats, nanoseconds);
}

void tracer_count_hold(struct thread *self, const struct held *entry, uint32_t lock_class,
                       int64_t nanoseconds)
{
    struct stats_lock *lock = lock_of(self, lock_class, entry->kind);

    if (lock != NULL)
        spread_add(&lock->holds, nanoseconds);
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

void tracer_count_thread_ends(struct thread *self, int64_t now)
{
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
