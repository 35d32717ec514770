/* SPDX-License-Identifier: MIT */
/* Imports, for the trace.  Called by importlib's wrapped functions, in a thread with the GIL. */
#include "preload/tracer.h"

#include "base/clock.h"
#include "base/resident.h"
#include "imports/statements.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer_event.h"
#include "preload/tracer_stats.h"
#include "preload/tracer_use.h"
#include "python/frames.h"
#include "python/import_trace.h"
#include "trace/define.h"

#include <stddef.h>
#include <sys/stat.h>

/* To ask for it takes time, which is the importer's: before the begin, and after the end. */
static uint32_t memory_before(enum trace_event_kind kind)
{
    bool wanted = kind == TRACE_IMPORT_BEGINS || kind == TRACE_LAZY_RUN;

    return wanted && tracer_records() ? resident_memory() : 0;
}

static uint32_t memory_after(enum trace_event_kind kind)
{
    return kind == TRACE_IMPORT_ENDS || kind == TRACE_LAZY_RAN ? resident_memory() : 0;
}

static void event(enum trace_event_kind kind, const char *module, bool success)
{
    struct thread *self = tracer_is_on ? self_enter() : NULL;
    struct trace_event event = {.kind = (uint8_t)kind, .detail = success};

    if (self == NULL)
        return;
    event.value = memory_before(kind);
    event.time = clock_now();
    if (tracer_counts && kind == TRACE_IMPORT_BEGINS)
        tracer_count_import_begins(self, module, event.time);
    if (tracer_counts && kind == TRACE_IMPORT_ENDS)
        tracer_count_import_ends(self, event.time);
    if (!tracer_records())
        return;
    event.subject = tracer_string(self, module);
    if (kind == TRACE_IMPORT_BEGINS || kind == TRACE_LAZY_DECLARED || kind == TRACE_LAZY_RUN)
        event.place = tracer_place(self, frames_importer()->place);
    if (event.value == 0)
        event.value = memory_after(kind);
    tracer_put(self, event);
}

static void hook(enum trace_event_kind kind, const char *module, const char *action, bool success)
{
    struct thread *self = tracer_records() ? self_enter() : NULL;

    if (self != NULL)
        tracer_put(self, (struct trace_event){.kind = (uint8_t)kind,
                                              .subject = tracer_string(self, module),
                                              .value = tracer_string(self, action),
                                              .detail = success});
}

static uint64_t size_of(const char *file)
{
    struct stat status;

    return *file == '/' && stat(file, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static void found(const char *module, enum trace_found found, const char *origin,
                  const char *loader)
{
    struct thread *self = tracer_records() ? self_enter() : NULL;
    uint64_t bytes = size_of(origin);
    struct guard guard;

    if (self == NULL || !guard_enter(self, &guard))
        return;
    define_module(module, found, origin, loader, bytes);
    guard_leave(self, &guard);
}

static const struct import_trace trace = {.event = event,
                                          .hook = hook,
                                          .found = found,
                                          .wants_uses = tracer_wants_uses,
                                          .marks_uses = tracer_marks_uses,
                                          .use = tracer_use};

void tracer_watch_imports(void)
{
    if (tracer_is_on)
        import_trace_set(&trace);
}

void tracer_tell_statements(struct thread *self)
{
    struct guard guard;

    if (statements_total() == 0 || !guard_enter(self, &guard))
        return;
    for (size_t place = 0; place < STATEMENTS_MAX; place++) {
        const struct statement *statement = statements_at(place);

        if (statement != NULL)
            define_statement((uint64_t)statement->count, statement->importer, statement->imported,
                             statement->file, (unsigned)statement->line);
    }
    guard_leave(self, &guard);
}
