/* SPDX-License-Identifier: MIT */
/*
 * What was told: each finding once, and how often it came again.
 *
 * Fixed tables and no lock; any thread.  Findings beyond the tables are counted, not told:
 * told every time, they would bury the others.
 */
#ifndef PIHOOK_REPORT_TOLD_H
#define PIHOOK_REPORT_TOLD_H

#include <stdbool.h>
#include <stdint.h>

enum { TOLD_MOST = 4096 }; /* findings that are told apart */

/* What told_again() hands out for a finding that comes for the first time. */
struct told_mark {
    unsigned slot;
};

/*
 * True when the finding with that key came before, or when there is no room; it is counted
 * then.  Else `mark` is filled.
 */
bool told_again(uint64_t key, struct told_mark *mark);

/* The same for a finding that may not have come yet: false then, and it still has not. */
bool told_before(uint64_t key, bool *told);

/* How many there was no room for. */
unsigned told_beyond(void);

/* The new finding is told, and its line kept.  The rule must stay. */
void told_keep(struct told_mark mark, const char *rule, int level, const char *sentence);

/* What was told in this process, of up to 256 findings; the sentence may be cut. */
struct told_line {
    const char *rule, *sentence;
    int level;
    unsigned times;
};

/* The number-th of them, from 0; false: there is none. */
bool told_at(unsigned number, struct told_line *line);

/* How often findings that were told came again, those of told_each() included. */
unsigned told_repetitions(void);

/* Calls visit in the order of telling for what came again; `times` is how often it came. */
void told_each(void (*visit)(void *argument, unsigned times, const char *line), void *argument);

/* In a forked child: what was told is known here too, but did not come in this process. */
void told_forget(void);

#endif
