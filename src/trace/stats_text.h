/* SPDX-License-Identifier: MIT */
/* The statistics as a page of text. */
#ifndef PIHOOK_TRACE_STATS_TEXT_H
#define PIHOOK_TRACE_STATS_TEXT_H

#include "base/text.h"

#include <stdint.h>

enum { STATS_TEXT_BYTES = 32768 };

/* Adds it, if there is anything to tell; `from` to `now` is the time that they are about. */
void stats_text(struct text *text, const char *process, int64_t from, int64_t now);

#endif
