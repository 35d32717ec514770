/* SPDX-License-Identifier: MIT */
/* The graphs, for formats that Graphviz makes of them. */
#ifndef PIHOOK_REPORT_FORMAT_DOT_H
#define PIHOOK_REPORT_FORMAT_DOT_H

#include "report/format.h"

/* As begin and end of struct report_format. */
void dot_begin(FILE *out, const struct collection *all, const struct report_style *style);
void dot_end(FILE *out, const struct collection *all, const struct report_style *style);

#endif
