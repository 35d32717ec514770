/* SPDX-License-Identifier: MIT */
/* The graphs of format dot as a picture, drawn by Graphviz where that is installed. */
#include "report/format_dot.h"

static const char *const DRAW[] = {"dot", "-Tsvg", NULL};

const struct report_format format_svg = {
    .name = "svg",
    .meaning = "the same as a picture, for a browser; needs Graphviz's dot",
    .begin = dot_begin,
    .end = dot_end,
    .filter = DRAW,
};
