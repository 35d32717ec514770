/* SPDX-License-Identifier: MIT */
/*
 * How durations are spread: how many, how long in all, the longest, and shares of them to
 * within a fifth.  Any number of threads may read while others add; nothing waits.
 */
#ifndef PIHOOK_TRACE_SPREAD_H
#define PIHOOK_TRACE_SPREAD_H

#include <stdint.h>

/* Two for each doubling, from 32 ns to more than two minutes. */
enum { SPREAD_BUCKETS = 64 };

struct spread {
    uint64_t count;
    int64_t total, longest;
    uint32_t buckets[SPREAD_BUCKETS];
};

/* Only one thread adds to this spread. */
void spread_add(struct spread *spread, int64_t nanoseconds);

/* Any thread may, at three times the price. */
void spread_add_shared(struct spread *spread, int64_t nanoseconds);

/* Adds all of one; nobody else adds to what it is added to. */
void spread_merge(struct spread *into, const struct spread *from);

/* The duration that so many of a hundred are not above; 0 of none. */
int64_t spread_share(const struct spread *spread, unsigned percent);

#endif
