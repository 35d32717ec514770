/* SPDX-License-Identifier: MIT */
/*
 * Findings: told once, counted, summed up at exit.
 *
 * Any thread may tell; no lock is held when a call returns and none is waited for.
 */
#ifndef PIHOOK_REPORT_FINDING_H
#define PIHOOK_REPORT_FINDING_H

#include "config/options.h"

#include <stdbool.h>
#include <stdint.h>

struct finding {
    const char *rule;
    enum level level;
    const char *sentence; /* one line, the place in front where there is one */
    const char *details;  /* more lines, "" for none; they are indented in the report */
    uint64_t places;      /* two findings of one rule and the same places are one */
};

/* Tells a finding unless it was told before or its level is off.  Returns whether it was told. */
bool finding_tell(const struct finding *finding);

/* How many findings of that level there were, repetitions not counted. */
unsigned finding_count(enum level level);

/* In a forked child: what its parent told is known here too, but not counted. */
void finding_forget(void);

/* One line with the counts, only if there was anything. */
void finding_summary(void);

/* A number for finding.places: mixes the string into it; start with 0. */
uint64_t finding_mix(uint64_t places, const char *string);

#endif
