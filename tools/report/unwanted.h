/* SPDX-License-Identifier: MIT */
/*
 * Suppressions in the command, those of a file and those in comments of scripts: for findings
 * that no process could hold against them, such as those across runs, and those of reports.
 */
#ifndef PIHOOK_REPORT_UNWANTED_H
#define PIHOOK_REPORT_UNWANTED_H

#include "report/collection.h"
#include "report/suppressions.h"

struct unwanted {
    const char *file; /* NULL: none */
    struct suppressions suppressions;
};

/*
 * Reads the file, if there is one; its wrong lines are told, unless `quiet`, and the others kept.
 * Returns 0, or STATUS_FAILED after it told why it can't be read.
 */
int unwanted_read(struct unwanted *unwanted, bool quiet);

/*
 * Takes those that a suppression fits, or a comment in the line of an acquisition, out of the
 * collection, from the number `first` on, and counts them there.
 */
void unwanted_take_out(struct unwanted *unwanted, struct collection *all, size_t first);

void unwanted_clear(struct unwanted *unwanted);

#endif
