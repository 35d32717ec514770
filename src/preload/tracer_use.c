/* SPDX-License-Identifier: MIT */
/*
 * Uses of modules, for the trace.  They are definitions, which stay when newer events are written
 * over older ones: a use that was lost would look like a module that was never used.
 */
#include "preload/tracer_use.h"

#include "base/clock.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer_event.h"
#include "trace/define.h"
#include "trace/file.h"

#include <stddef.h>

bool tracer_wants_uses(void)
{
    return tracer_records();
}

void tracer_marks_uses(enum trace_header_flag flag)
{
    if (tracer_records())
        trace_file_mark(flag);
}

static bool write_down(struct thread *self, const struct module_use *use)
{
    const struct trace_use definition = {.module = use->module,
                                         .attribute = use->attribute,
                                         .place = use->place,
                                         .time = clock_now(),
                                         .thread = self->number,
                                         .detail = (uint8_t)use->detail};
    struct guard guard;
    bool done;

    if (define_is_full() || !guard_enter(self, &guard))
        return false;
    done = define_use(&definition);
    guard_leave(self, &guard);
    return done;
}

void tracer_use(const struct module_use *use)
{
    struct thread *self = tracer_records() ? self_enter() : NULL;

    if (self == NULL || !write_down(self, use))
        tracer_marks_uses(TRACE_USES_LOST);
}
