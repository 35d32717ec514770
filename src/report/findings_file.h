/* SPDX-License-Identifier: MIT */
/* The file of option `findings`: one object of JSON a line, each written at once. */
#ifndef PIHOOK_REPORT_FINDINGS_FILE_H
#define PIHOOK_REPORT_FINDINGS_FILE_H

#include "report/view.h"
#include "report/who.h"

#include <stddef.h>

/* From now on findings go to that file (base/sink.h); empty: to none. */
void findings_file_set(const char *path);

/*
 * Appends the finding, put together in bytes[0..size).  Where that is too small, stacks are
 * shortened, then steps left out; what is cut would be no JSON.
 */
void findings_file_add(const struct view *view, const struct who *who, char *bytes, size_t size);

#endif
