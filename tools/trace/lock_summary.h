/* SPDX-License-Identifier: MIT */
/* What locks cost, by class, and the GIL by thread; from a model, which stays as it is. */
#ifndef PIHOOK_TRACE_LOCK_SUMMARY_H
#define PIHOOK_TRACE_LOCK_SUMMARY_H

#include "trace/durations.h"
#include "trace/model.h"

struct class_summary {
    uint32_t lock_class;
    uint32_t locks;
    uint64_t acquisitions, contended, failures;
    struct durations waits, holds;
    int64_t blocked; /* time in which some thread waited for a lock of the class */
};

/* Those with the longest waits first; without the GIL's. */
struct class_summaries {
    struct class_summary *items;
    size_t count, room;
};

struct class_summaries summarise_classes(const struct model *model);

struct gil_summary {
    uint32_t thread;
    struct durations waits, holds;
};

/* Those that had it longest first. */
struct gil_summaries {
    struct gil_summary *items;
    size_t count, room;
};

struct gil_summaries summarise_gil(const struct model *model);

/* How much of a process's time some thread of it waited. */
struct blocked {
    int64_t lock, gil, either;
};

/* For each process, to be freed. */
struct blocked *summarise_blocked(const struct model *model);

#endif
