/* SPDX-License-Identifier: MIT */
/* The line of a source file that a finding, or a place of one, is shown at. */
#ifndef PIHOOK_REPORT_LOCATION_H
#define PIHOOK_REPORT_LOCATION_H

#include "report/record.h"

/* Strings live as long as the record. */
struct location {
    const char *file; /* relative to the working directory where it lies below; NULL: not known */
    unsigned line;
    const char *function; /* or variable; NULL: not known */
};

/*
 * Of the present step, the innermost line that is not one of the system's; else that of the
 * innermost frame; else where the first lock that was held was taken.
 */
struct location location_of(const struct record *record);

/* The same of one place, which may be NULL; of a variable, where it is declared. */
struct location location_of_place(const json_t *place);

/* The first place of a stack whose line is not one of the system's; else its first; or NULL. */
const json_t *location_frame(const json_t *stack);

/* Is it a file, and not what an interpreter calls its input, such as "<string>"? */
bool location_is_file(const struct location *location);

#endif
