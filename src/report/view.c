/* SPDX-License-Identifier: MIT */
/* What a report names.  Called for each finding; its work must stay linear in the finding. */
#include "report/view.h"

static bool has(const uint64_t *set, unsigned lock, bool beyond)
{
    return lock < VIEW_LOCKS_MAX ? set[lock / 64] >> lock % 64 & 1 : beyond;
}

static void put(uint64_t *set, unsigned lock)
{
    if (lock < VIEW_LOCKS_MAX)
        set[lock / 64] |= UINT64_C(1) << lock % 64;
}

void view_init(struct view *view, const struct finding *finding)
{
    const struct finding_held *chosen[VIEW_HELD_MAX];

    *view = (struct view){.finding = finding};
    for (unsigned i = 0; i < finding->step_count; i++)
        if (finding->steps[i].lock >= 0)
            put(view->subject, (unsigned)finding->steps[i].lock);
    for (unsigned i = 0; i < VIEW_LOCKS_MAX / 64; i++)
        view->named[i] = view->subject[i];
    for (unsigned i = 0; i < finding->step_count; i++)
        for (unsigned count = view_held(view, &finding->steps[i], chosen); count > 0; count--)
            put(view->named, chosen[count - 1]->lock);
}

unsigned view_held(const struct view *view, const struct finding_step *step,
                   const struct finding_held *chosen[VIEW_HELD_MAX])
{
    unsigned count = 0;

    for (int subjects = 1; subjects >= 0; subjects--)
        for (unsigned i = 0; i < step->held_count && count < VIEW_HELD_MAX; i++)
            if (has(view->subject, step->held[i].lock, false) == subjects)
                chosen[count++] = &step->held[i];
    return count;
}

bool view_names(const struct view *view, unsigned lock)
{
    return view->finding->step_count == 0 || has(view->named, lock, true);
}
