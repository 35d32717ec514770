/* SPDX-License-Identifier: MIT */
/* What makes a finding the same in another build of the program. */
#ifndef PIHOOK_REPORT_IDENTITY_H
#define PIHOOK_REPORT_IDENTITY_H

#include "report/record.h"

enum { IDENTITY_BYTES = 17 }; /* its digits and a NUL */

/*
 * Like the fingerprint a number made from the rule, the locks and where they were taken, but from
 * names of functions, variables and files instead of offsets and lines, as far as they are
 * known: it outlives a change elsewhere in the program.  Findings about like locks in the same
 * functions have the same one.
 */
uint64_t identity_of(const struct record *record);

/* As 16 hexadecimal digits. */
void identity_print(uint64_t identity, char digits[IDENTITY_BYTES]);

#endif
