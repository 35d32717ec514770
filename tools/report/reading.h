/* SPDX-License-Identifier: MIT */
/* Files of findings, read into a collection. */
#ifndef PIHOOK_REPORT_READING_H
#define PIHOOK_REPORT_READING_H

#include "report/collection.h"

#include <stdbool.h>

/*
 * Adds all findings of a file ("-": standard input); what is none is told on stderr.
 * `may_be_cut`: its last line may lack its end, and is left out then without a word.  Returns
 * whether all of it was read.
 */
bool reading_add(struct collection *collection, const char *path, bool may_be_cut);

#endif
