/* SPDX-License-Identifier: MIT */
/* What makes a finding the same in another run of the same program. */
#ifndef PIHOOK_REPORT_FINGERPRINT_H
#define PIHOOK_REPORT_FINGERPRINT_H

#include "report/view.h"

/*
 * A number from the rule and the places, these as offsets in objects: neither addresses nor
 * thread numbers.  Whichever edge closed a cycle, it is the same.
 */
uint64_t fingerprint(const struct view *view);

#endif
