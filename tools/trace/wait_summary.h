/* SPDX-License-Identifier: MIT */
/* Who waited for whom, and convoys: several threads that wait for the same lock at a time. */
#ifndef PIHOOK_TRACE_WAIT_SUMMARY_H
#define PIHOOK_TRACE_WAIT_SUMMARY_H

#include "trace/model.h"

enum { CONVOY_THREADS = 3 };

/* All waits for locks of a class at one place while the holder was at another one. */
struct wait_pair {
    uint32_t lock_class;
    uint32_t place, holder_place; /* 0: unknown */
    uint32_t count;
    uint32_t longest; /* wait */
    int64_t total;
};

/* Those that waited longest in sum first. */
struct wait_pairs {
    struct wait_pair *items;
    size_t count, room;
};

struct wait_pairs summarise_pairs(const struct model *model);

/* Where the holder was when a wait began, as far as it is known. */
uint32_t wait_holder_place(const struct model *model, const struct model_holds *holds,
                           const struct model_wait *wait);

/* All times in which at least CONVOY_THREADS threads waited for a lock of the class. */
struct convoy {
    uint32_t lock_class;
    uint32_t count;
    uint32_t threads; /* that waited at a time, at most */
    uint32_t wait;    /* the one that made the longest of them a convoy */
    int64_t total, longest;
    int64_t longest_began;
};

/* The longest in sum first. */
struct convoys {
    struct convoy *items;
    size_t count, room;
};

struct convoys summarise_convoys(const struct model *model);

#endif
