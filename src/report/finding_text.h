/* SPDX-License-Identifier: MIT */
/* A finding as people read it. */
#ifndef PIHOOK_REPORT_FINDING_TEXT_H
#define PIHOOK_REPORT_FINDING_TEXT_H

#include "base/text.h"
#include "report/view.h"
#include "report/who.h"

struct finding_style {
    bool color;
    unsigned frames; /* of each stack; further ones are counted */
};

/*
 * `pihook: LEVEL: RULE: sentence`, and indented below it the process, the locks as M1, M2, ...,
 * each step with what its thread held and with its stack, and the details.
 */
void finding_text(struct text *text, const struct view *view, const struct who *who,
                  const struct finding_style *style);

#endif
