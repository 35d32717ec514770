/* SPDX-License-Identifier: MIT */
/* Sets the room up from the options. */
#ifndef PIHOOK_REPORT_REPORT_H
#define PIHOOK_REPORT_REPORT_H

#include "config/options.h"

/*
 * Colours, the findings file, suppressions and the size of a report.  Once, at start, after
 * log_to() and before the first finding.  What is wrong is told, and the rest holds.
 */
void report_configure(const struct options *options);

#endif
