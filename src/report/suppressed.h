/* SPDX-License-Identifier: MIT */
/* The suppressions of this process, and which findings they hide. */
#ifndef PIHOOK_REPORT_SUPPRESSED_H
#define PIHOOK_REPORT_SUPPRESSED_H

#include "report/finding.h"

/*
 * Reads the file, unless the path is empty.  What matches is appended to the file `matched`, unless
 * that is empty.  Once, at start.
 */
void suppressed_configure(const char *path, bool tell_unmatched, const char *matched);

/* Is the finding one that the user doesn't want?  Slow; for new findings only. */
bool suppressed(const struct finding *finding);

/* In a forked child: its parent tells what matched nothing. */
void suppressed_forget(void);

/* At exit: tells which suppressions matched nothing, where the user asked for it. */
void suppressed_summary(void);

#endif
