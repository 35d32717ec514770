/* SPDX-License-Identifier: MIT */
/*
 * Comments in scripts that a finding shall not be told: `# pihook: ignore[RULE]`, with several
 * rules separated by commas, or `# pihook: ignore` for all, in the line of an acquisition.
 */
#ifndef PIHOOK_REPORT_IGNORED_H
#define PIHOOK_REPORT_IGNORED_H

#include "report/finding.h"

/* Does a line at which one of its threads is say so?  Reads files; for new findings only. */
bool ignored(const struct finding *finding);

/* Does that line of a file, from 1, say so of the rule?  False where it can't be read. */
bool ignored_at(const char *file, unsigned number, const char *rule);

/* Does that line say so of the rule? */
bool ignored_says(const char *line, const char *rule);

#endif
