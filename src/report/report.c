/* SPDX-License-Identifier: MIT */
/* The room's start.  Called by preload/init.c; nothing in it may keep the program from going on. */
#include "report/report.h"

#include "report/color.h"
#include "report/finding.h"
#include "report/findings_file.h"
#include "report/place.h"
#include "report/suppressed.h"

void report_configure(const struct options *options)
{
    place_prepare();
    color_configure(options->color);
    finding_bound((size_t)options->report_size * 1024);
    findings_file_set(options->findings);
    suppressed_configure(options->suppressions, options->unmatched_suppressions,
                         options->matched_suppressions);
}
