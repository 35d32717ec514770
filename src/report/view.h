/* SPDX-License-Identifier: MIT */
/*
 * What of a finding a report names: a thread may hold hundreds of locks, and a report that
 * lists them all for each step can't be read.
 */
#ifndef PIHOOK_REPORT_VIEW_H
#define PIHOOK_REPORT_VIEW_H

#include "report/finding.h"

enum {
    VIEW_HELD_MAX = 8,
    VIEW_LOCKS_MAX = 2048 /* of those behind, all are named and none goes before another */
};

struct view {
    const struct finding *finding;
    uint64_t subject[VIEW_LOCKS_MAX / 64]; /* some step is about it */
    uint64_t named[VIEW_LOCKS_MAX / 64];   /* in some step */
};

void view_init(struct view *view, const struct finding *finding);

/*
 * The held locks of a step that are named, those first that another step is about; as given,
 * otherwise.  Returns how many there are in chosen[].
 */
unsigned view_held(const struct view *view, const struct finding_step *step,
                   const struct finding_held *chosen[VIEW_HELD_MAX]);

/* Is the lock named in some step, or is there no step? */
bool view_names(const struct view *view, unsigned lock);

#endif
