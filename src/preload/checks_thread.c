/* SPDX-License-Identifier: MIT */
/* Threads that begin and end, and forks.  Called by self.c and fork.c. */
#include "preload/checks.h"

#include "locks/births.h"
#include "locks/threads.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/self.h"

#include <stddef.h>

static bool segments_are_ready;

void checks_created(struct thread *self, struct thread *child)
{
    struct guard guard;

    if (!guard_enter(self, &guard))
        return;
    if (!segments_are_ready) { /* the first thread may come before the constructor */
        segments_init(&checks_segments);
        segments_are_ready = true;
    }
    child->segment = self == NULL ? segments_start(&checks_segments)
                                  : segments_create(&checks_segments, &self->segment);
    if (self != NULL)
        threads_learn_anew(self);
    guard_leave(self, &guard);
}

/*
 * Signals are held by nobody.  A script's standard library knows what it does: it makes anew
 * what the child of a fork needs, and hands locks from thread to thread.
 */
static bool may_be_missed(const struct held *entry)
{
    unsigned traits = class_at(births_class(entry->address)).traits;

    if (entry->kind == LOCK_IMPORT || entry->kind == LOCK_INTERPRETER)
        return false; /* threads import whenever they like; the GIL is made anew */
    return !lock_is_of_script((enum lock_kind)entry->kind) ||
           (!births_is_signal(entry->address) && (traits & TRAIT_STANDARD) == 0);
}

void checks_thread_ends(struct thread *self)
{
    held_trim(self);
    checks_sentinel_ends(self);
    if (checks_options != NULL && held_any_by_other(self, may_be_missed))
        checks_misuse(self, &(struct misuse){.rule = "held-at-exit",
                                             .level = checks_options->held_at_exit,
                                             .before = "a thread ends while it holds ",
                                             .after = "",
                                             .verb = "ends"});
}

void checks_forking(struct thread *self)
{
    struct unwind_registers here;
    struct script_stack script;
    struct guard guard;

    if (!checks_apply(self) || checks_options->held_at_fork == LEVEL_OFF)
        return;
    checks_read_script(self, &script);
    if (!guard_enter(self, &guard)) {
        self->script = NULL;
        return;
    }
    unwind_here(&here);
    for (struct thread *other = NULL; (other = threads_next(other)) != NULL;)
        if (other != self && other->state == THREAD_LIVE &&
            held_any_by_other(other, may_be_missed)) {
            self_learn_name(other);
            misuse_add_held(
                self, other, &here,
                &(struct misuse){.rule = "held-at-fork",
                                 .level = checks_options->held_at_fork,
                                 .before = "a process forks while another thread holds ",
                                 .after = "",
                                 .verb = "forks",
                                 .other_verb = "goes on"},
                &self->fork_drafts);
        }
    guard_leave(self, &guard);
    self->script = NULL;
}

/*
 * A lock that is held for a moment, such as the GIL's, is likely held when another thread
 * forks, and means nothing; one that is still held after the fork was there to stay.
 */
static void keep_if_still_held(struct draft *draft)
{
    const struct thread *holder = threads_by_tid(draft->steps[1].thread.tid);

    if (draft->finding.level != LEVEL_OFF &&
        (holder == NULL || held_by_other(holder, draft->locks[0].address) == NULL))
        draft->finding.level = LEVEL_OFF;
}

/* The child's copy is the parent's to tell. */
void checks_fork_done(struct thread *self, bool in_child)
{
    struct draft *drafts = self->fork_drafts;

    self->fork_drafts = NULL;
    for (struct draft *draft = drafts; draft != NULL && !in_child; draft = draft->next)
        keep_if_still_held(draft);
    if (in_child)
        draft_drop_all(drafts);
    else
        checks_tell(drafts);
}
