/* SPDX-License-Identifier: MIT */
/* A finding as programs read it: one object on one line; libpihook(7) describes it. */
#ifndef PIHOOK_REPORT_FINDING_JSON_H
#define PIHOOK_REPORT_FINDING_JSON_H

#include "base/text.h"
#include "report/view.h"
#include "report/who.h"

/* How much of it; what is left out is counted in "frames_left_out" and "steps_left_out". */
struct finding_extent {
    unsigned steps;
    unsigned frames; /* of each stack */
    bool details;
};

void finding_json(struct text *text, const struct view *view, const struct who *who,
                  const struct finding_extent *extent);

#endif
