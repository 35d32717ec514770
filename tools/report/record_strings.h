/* SPDX-License-Identifier: MIT */
/* The strings of a finding that was read, which a suppression may fit. */
#ifndef PIHOOK_REPORT_RECORD_STRINGS_H
#define PIHOOK_REPORT_RECORD_STRINGS_H

#include "report/record.h"

/*
 * Calls visit for all strings that src/report/finding_strings.h has, and besides for functions
 * and files that debug information knows.  A string may come more than once, and lives as long
 * as the call.
 */
void record_strings(const struct record *record, void (*visit)(void *argument, const char *string),
                    void *argument);

#endif
