/* SPDX-License-Identifier: MIT */
/* The line of a source file that a finding is shown at. */
#ifndef PIHOOK_REPORT_LOCATION_H
#define PIHOOK_REPORT_LOCATION_H

#include "report/record.h"

struct location {
    const char
        *file; /* relative to the working directory where it lies below; NULL: none is known */
    unsigned line;
};

/*
 * Of the present step, the innermost line that is not one of the system's; else the innermost
 * of all.  Strings live as long as the record.
 */
struct location location_of(const struct record *record);

#endif
