/* SPDX-License-Identifier: MIT */
/* The strings of a finding that a suppression may fit. */
#ifndef PIHOOK_REPORT_FINDING_STRINGS_H
#define PIHOOK_REPORT_FINDING_STRINGS_H

#include "report/finding.h"

/*
 * Calls visit for the sentence and, of each lock, its name and where it was created, and of
 * each step its frames and where the held locks were taken.  A place gives the symbol, alone
 * and with its offset, `symbol+0x1f (object)`, and the object's file with and without folder;
 * one with a text of its own gives that, and of a line of Python its function, and its file with and
 * without folder.  A string may
 * come more than once, and lives as long as the call.
 */
void finding_strings(const struct finding *finding,
                     void (*visit)(void *argument, const char *string), void *argument);

#endif
