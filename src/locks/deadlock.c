/* SPDX-License-Identifier: MIT */
/*
 * A deadlock in words.  Called once a deadlock is certain, by the last of its threads; the
 * others sleep, and what they do is read from their records and stacks.
 */
#include "locks/deadlock.h"

#include "base/hash.h"
#include "base/text.h"
#include "locks/inversion.h"

#include <string.h>
#include <sys/prctl.h>

enum { LISTED_HELD = 8 };

/* A thread that waits on its fast path has told no more than what it reserved an entry for. */
static const void *wait_place(const struct thread *thread)
{
    const struct held *top = __atomic_load_n(&thread->top, __ATOMIC_ACQUIRE);

    return !thread->located && held_is_entry(top) && top->address == NULL ? top->place
                                                                          : thread->wait_place;
}

static stack_id other_stack(const struct waiter *waiter)
{
    const struct thread *thread = waiter->thread;
    const void *place = wait_place(thread);
    stack_id stack =
        thread->located ? inversion_stack_of_other(&thread->blocked_at, waiter->script) : 0;

    return stack != 0 || place == NULL ? stack : stacks_keep(&place, 1);
}

static stack_id stack_of(const struct waiter *waiter, const struct thread *self,
                         const struct unwind_registers *here)
{
    return waiter->thread == self ? inversion_stack(self, here) : other_stack(waiter);
}

static const struct thread *next_of(const struct waits *waits, unsigned i)
{
    if (i + 1 < waits->length)
        return waits->waiters[i + 1].thread;
    return waits->ended != NULL ? waits->ended : waits->waiters[0].thread;
}

static void add_waiter(struct draft *draft, const struct waits *waits, unsigned i, stack_id stack)
{
    const struct waiter *waiter = &waits->waiters[i];
    bool joins = waiter->wanted.address == NULL;
    struct finding_step *step =
        draft_step(draft, waiter->thread->tid, thread_name(waiter->thread),
                   joins ? "waits for the end of the next thread" : "waits for");

    if (!joins) {
        struct lock_request wanted = waits_as_held(&waiter->wanted, next_of(waits, i));

        step->lock = (int)draft_lock(draft, &wanted);
        step->read = wanted.mode == LOCK_READ;
    }
    step->frames = stacks_frames(stack, &step->frame_count);
    draft_holds_all(draft, step, waiter->thread, LISTED_HELD);
    draft->finding.places += hash_mix((uintptr_t)wait_place(waiter->thread), joins);
}

static void add_ended(struct draft *draft, const struct thread *ended)
{
    struct finding_step *step =
        draft_step(draft, ended->tid, thread_name(ended),
                   ended->state == THREAD_MISSING ? "was not copied by fork" : "ended");

    draft_holds_all(draft, step, ended, LISTED_HELD);
}

static void say(struct draft *draft, const struct waits *waits)
{
    if (waits->ended == NULL) {
        text_add_int(&draft->sentence, waits->length);
        text_add(&draft->sentence,
                 waits->length == 1 ? " thread waits for itself" : " threads wait for each other");
        return;
    }
    text_add(&draft->sentence, waits->length == 1 ? "a thread waits" : "threads wait");
    text_add(&draft->sentence, " for a lock whose holder ");
    text_add(&draft->sentence, waits->ended->state == THREAD_MISSING
                                   ? "lives in the parent process only"
                                   : "has ended");
}

static bool has_interpreter(const struct waits *waits)
{
    for (unsigned i = 0; i < waits->length; i++)
        if (waits_as_held(&waits->waiters[i].wanted, next_of(waits, i)).kind == LOCK_INTERPRETER)
            return true;
    return false;
}

void deadlock_add(const struct waits *waits, const struct unwind_registers *here,
                  const struct options *options, struct draft **drafts)
{
    unsigned steps = waits->length + (waits->ended != NULL);
    bool is_of_gil = has_interpreter(waits);
    struct draft *draft = draft_new(drafts, is_of_gil ? "gil-order" : "deadlock",
                                    is_of_gil ? options->gil_order : options->deadlock, steps,
                                    steps * (LISTED_HELD + 1));
    struct thread *self = waits->waiters[0].thread;

    if (draft == NULL)
        return;
    prctl(PR_GET_NAME, self->name);
    for (unsigned i = 0; i < waits->length; i++)
        add_waiter(draft, waits, i, stack_of(&waits->waiters[i], self, here));
    if (waits->ended != NULL)
        add_ended(draft, waits->ended);
    say(draft, waits);
}
