/* SPDX-License-Identifier: MIT */
/* Called when a program seems to hang, by the thread that was asked; it must not wait itself. */
#include "locks/dump.h"

#include "base/text.h"
#include "locks/inversion.h"
#include "locks/threads.h"
#include "locks/waits.h"

enum { LISTED_HELD = 16 };

static struct lock_request as_held(const struct lock_request *wanted, const struct thread *self)
{
    struct thread *holder = NULL;

    return threads_holding(self, wanted->address, &holder) > 0 ? waits_as_held(wanted, holder)
                                                               : *wanted;
}

static const char *verb_of(const struct dump_entry *entry, const struct lock_request *wanted,
                           bool waits)
{
    if (!waits)
        return entry->at != NULL ? "is here" : "did not answer";
    if (wanted->address == NULL)
        return "waits for the end of a thread";
    return entry->thread->waits_on == NULL ? "waits for" : "waits for a condition, with";
}

static void add_thread(struct draft *draft, const struct dump_entry *entry)
{
    struct thread *thread = entry->thread;
    struct lock_request wanted;
    struct thread *joined;
    bool waits = waits_read(thread, &wanted, &joined);
    struct finding_step *step =
        draft_step(draft, thread->tid, thread_name(thread), verb_of(entry, &wanted, waits));

    if (waits && wanted.address != NULL) {
        wanted = as_held(&wanted, thread);
        step->lock = (int)draft_lock(draft, &wanted);
        step->read = wanted.mode == LOCK_READ;
    }
    if (entry->at != NULL)
        step->frames =
            stacks_frames(inversion_stack_of_other(entry->at, entry->script), &step->frame_count);
    draft_holds_all(draft, step, thread, LISTED_HELD);
}

void dump_add(const struct dump_entry *entries, unsigned count, unsigned all, struct draft **drafts)
{
    static uint64_t dumps;
    struct draft *draft =
        draft_new(drafts, "dump", LEVEL_WARNING, count, count * (LISTED_HELD + 1));

    if (draft == NULL)
        return;
    for (unsigned i = 0; i < count; i++)
        add_thread(draft, &entries[i]);
    text_add_int(&draft->sentence, all);
    text_add(&draft->sentence, all == 1 ? " thread" : " threads");
    text_add(&draft->sentence, ", as asked for by a signal");
    draft->finding.places = ++dumps; /* each is told */
}
