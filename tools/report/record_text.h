/* SPDX-License-Identifier: MIT */
/* A finding as the library tells it, whole. */
#ifndef PIHOOK_REPORT_RECORD_TEXT_H
#define PIHOOK_REPORT_RECORD_TEXT_H

#include "report/record.h"

#include <stdbool.h>

/* With its length, which goes without saying "told N times"; to be freed. */
char *record_text(const struct record *record, bool color, size_t *length);

#endif
