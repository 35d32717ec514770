/* SPDX-License-Identifier: MIT */
/* The summary that GitHub Actions shows for a step of a job. */
#ifndef PIHOOK_REPORT_STEP_SUMMARY_H
#define PIHOOK_REPORT_STEP_SUMMARY_H

#include "report/collection.h"

#include <stdio.h>

/*
 * Appends Markdown to the file that GITHUB_STEP_SUMMARY names, if it is set.  Returns 0, or
 * STATUS_FAILED after it told why that can't be.
 */
int step_summary_append(const struct collection *all);

/* The same text, at most some 900 kB of it: GitHub takes no more than 1 MiB. */
void step_summary_print(FILE *out, const struct collection *all);

#endif
