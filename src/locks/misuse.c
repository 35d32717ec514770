/* SPDX-License-Identifier: MIT */
/* One lock, one thread, one sentence.  Called from the checker's slow path. */
#include "locks/misuse.h"

#include "base/hash.h"
#include "base/text.h"
#include "locks/inversion.h"
#include "locks/known.h"

#include <string.h>
#include <sys/prctl.h>

enum { OTHERS_LOCKS = 8, MOST_LISTED = 64 };

static struct finding_step *add_self(struct draft *draft, struct thread *self,
                                     const struct unwind_registers *here, const char *verb)
{
    prctl(PR_GET_NAME, self->name);
    struct finding_step *step = draft_step(draft, self->tid, thread_name(self), verb);
    step->frames = stacks_frames(inversion_stack(self, here), &step->frame_count);
    return step;
}

static void add_other(struct draft *draft, const struct misuse *misuse, unsigned lock)
{
    struct thread *other = misuse->other;

    if (other == NULL)
        return;
    struct finding_step *step = draft_step(draft, other->tid, thread_name(other), misuse->other_verb);
    draft_holds_all(draft, step, other, OTHERS_LOCKS);
    if (step->held_count == 0)
        step->lock = (int)lock;
}

void misuse_add(struct thread *self, const struct unwind_registers *here,
                const struct misuse *misuse, struct draft **drafts)
{
    struct draft *draft =
        misuse->level == LEVEL_OFF
            ? NULL
            : draft_new(drafts, misuse->rule, misuse->level, 2, 1 + 2 * OTHERS_LOCKS);

    if (draft == NULL)
        return;
    unsigned lock = draft_lock(draft, misuse->lock);
    text_add(&draft->sentence, misuse->before);
    draft_add_lock(draft, lock);
    text_add(&draft->sentence, misuse->after);
    struct finding_step *step = add_self(draft, self, here, misuse->verb);
    step->lock = (int)lock;
    step->read = misuse->lock->mode == LOCK_READ;
    draft_holds_all(draft, step, self, OTHERS_LOCKS);
    add_other(draft, misuse, lock);
    draft->finding.places = hash_mix((uintptr_t)misuse->lock->place, lock);
}

/* The places where the locks were taken are what makes one such finding differ from another. */
static uint64_t places_of(const struct finding_step *step)
{
    uint64_t places = step->held_count;

    for (unsigned i = 0; i < step->held_count; i++)
        places += hash_mix((uintptr_t)step->held[i].at.address, 1);
    return places;
}

void misuse_add_held(struct thread *self, struct thread *holder,
                     const struct unwind_registers *here, const struct misuse *misuse,
                     struct draft **drafts)
{
    struct draft *draft = misuse->level == LEVEL_OFF
                              ? NULL
                              : draft_new(drafts, misuse->rule, misuse->level, 2, MOST_LISTED);

    if (draft == NULL)
        return;
    struct finding_step *step = add_self(draft, self, here, misuse->verb);
    if (holder != self)
        step = draft_step(draft, holder->tid, thread_name(holder), misuse->other_verb);
    draft_holds_all(draft, step, holder, MOST_LISTED);
    if (step->held_count == 0) {
        draft->finding.level = LEVEL_OFF; /* another thread's has gone in the meantime */
        return;
    }
    text_add(&draft->sentence, misuse->before);
    draft_add_lock(draft, step->held[0].lock);
    if (step->held_count > 1) {
        text_add(&draft->sentence, " and ");
        text_add_int(&draft->sentence, (int64_t)step->held_count - 1);
        text_add(&draft->sentence, step->held_count == 2 ? " other lock" : " other locks");
    }
    text_add(&draft->sentence, misuse->after);
    draft->finding.places = places_of(step);
}
