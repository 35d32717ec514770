/* SPDX-License-Identifier: MIT */
/* Fingerprints.  Called for each finding that goes to the findings file. */
#include "report/fingerprint.h"

#include "report/place.h"

static uint64_t mix_lock(uint64_t number, const struct finding *finding, unsigned lock)
{
    if (lock >= finding->lock_count)
        return number;
    return place_mix(finding_mix(number, finding->locks[lock].kind), &finding->locks[lock].created);
}

static uint64_t of_step(const struct view *view, const struct finding_step *step)
{
    const struct finding_held *held[VIEW_HELD_MAX];
    uint64_t number = 0;

    if (step->lock >= 0)
        number = mix_lock(number, view->finding, (unsigned)step->lock);
    if (view_held(view, step, held) > 0)
        number = place_mix(mix_lock(number, view->finding, held[0]->lock), &held[0]->at);
    if (step->frame_count > 0) {
        struct place top = place_of_frame(step->frames[0]);
        number = place_mix(number, &top);
    }
    return number;
}

uint64_t fingerprint(const struct view *view)
{
    const struct finding *finding = view->finding;
    uint64_t steps = 0, number = finding_mix(0, finding->rule);

    if (finding->step_count == 0 && finding->lock_count == 0)
        return finding_mix(number ^ finding->places, "");
    if (finding->step_count == 0)
        for (unsigned i = 0; i < finding->lock_count; i++)
            number = mix_lock(number, finding, i);
    for (unsigned i = 0; i < finding->step_count; i++)
        steps += of_step(view, &finding->steps[i]); /* a sum knows no order */
    return finding_mix(number ^ steps, "");
}
