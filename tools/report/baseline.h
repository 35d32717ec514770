/* SPDX-License-Identifier: MIT */
/*
 * A file of findings that are known: they are not what a run fails for.
 *
 * Its first line is BASELINE_HEAD; each other one is a finding: its rule, its fingerprint by name
 * (identity.h) and its sentence, which nobody compares.  Empty lines and those that begin with #
 * say nothing.  Two lines that are alike stand for two findings.
 */
#ifndef PIHOOK_REPORT_BASELINE_H
#define PIHOOK_REPORT_BASELINE_H

#include "report/collection.h"
#include "report/input.h"

#define BASELINE_HEAD "# pihook baseline 1"

struct baseline_entry {
    char *line; /* as it stands there */
    uint64_t identity;
    bool met;
};

struct baseline {
    const char *file; /* NULL: there is none */
    bool update;      /* to be written */
    struct baseline_entry *entries;
    size_t count, room;
};

/* Takes a line; what it must be and isn't is in `members`. */
void baseline_add(struct baseline *baseline, struct members *members,
                  const struct input_line *line);

/*
 * Reads the file, if there is to be one; one that is to be written need not be there.  Returns 0,
 * or STATUS_FAILED after it told what is wrong with it, one line.
 */
int baseline_read(struct baseline *baseline);

/* Marks the findings that are known. */
void baseline_compare(struct baseline *baseline, struct collection *all);

/* Tells on `out` what is known and was not found, a line each. */
void baseline_tell_gone(const struct baseline *baseline, FILE *out);

/*
 * Replaces the file by all that was found, whole or not at all.  Returns 0, or STATUS_FAILED after
 * it told why not.
 */
int baseline_write(const struct baseline *baseline, const struct collection *all);

void baseline_clear(struct baseline *baseline);

#endif
