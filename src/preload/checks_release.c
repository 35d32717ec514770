/* SPDX-License-Identifier: MIT */
/* Releases and destructions, right and wrong.  Called by wrappers before the real call. */
#include "preload/checks.h"

#include "preload/checks_common.h"
#include "preload/tracer.h"

#include <stddef.h>

static void check_hold(struct thread *self, const struct held *entry)
{
    int64_t held_for = checks_now() - entry->since;
    const struct lock_request lock = held_request(entry);

    if (held_for > (int64_t)checks_options->long_hold_ms * 1000000)
        checks_misuse(self, &(struct misuse){.rule = "long-hold",
                                             .level = checks_options->long_hold,
                                             .before = "",
                                             .after = " was held for longer than long-hold-ms",
                                             .verb = "releases",
                                             .lock = &lock});
}

static void end_hold(struct thread *self, const struct held *entry)
{
    tracer_lock_released(self, entry);
    if (checks_options->long_hold != LEVEL_OFF)
        check_hold(self, entry);
}

void checks_releasing_top(struct thread *self)
{
    end_hold(self, self->top);
    held_pop(self);
}

bool checks_releasing(struct thread *self, const void *lock)
{
    struct held *entry = held_find(self, lock);

    if (entry == NULL)
        return false;
    if ((entry->again & ~HELD_SLOW) > 0) {
        entry->again--;
        return true;
    }
    if (entry->again & HELD_SLOW)
        end_hold(self, entry);
    held_remove(self, entry);
    held_trim(self);
    return true;
}

void checks_bad_unlock(struct thread *self, const struct lock_request *request, bool is_locked,
                       struct thread *owner)
{
    const char *after = is_locked ? " is released by a thread that doesn't hold it"
                                  : " is released though nobody holds it";

    if (checks_options == NULL)
        return;
    checks_misuse(self, &(struct misuse){.rule = "bad-unlock",
                                         .level = checks_options->bad_unlock,
                                         .before = "",
                                         .after = after,
                                         .verb = "releases",
                                         .lock = request,
                                         .other = owner,
                                         .other_verb = "goes on"});
    if (owner != NULL)
        held_disown(owner, request->address);
}

void checks_destroyed_held(struct thread *self, const struct lock_request *request,
                           struct thread *owner)
{
    if (checks_options != NULL)
        checks_misuse(self, &(struct misuse){.rule = "bad-destroy",
                                             .level = checks_options->bad_destroy,
                                             .before = "",
                                             .after = " is destroyed while it is held",
                                             .verb = "destroys",
                                             .lock = request,
                                             .other = owner,
                                             .other_verb = "goes on"});
}

void checks_used_destroyed(struct thread *self, const struct lock_request *request)
{
    if (checks_options != NULL)
        checks_misuse(self, &(struct misuse){.rule = "bad-destroy",
                                             .level = checks_options->bad_destroy,
                                             .before = "",
                                             .after = " is used after it was destroyed",
                                             .verb = "uses",
                                             .lock = request});
}
