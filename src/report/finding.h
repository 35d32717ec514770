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
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where something is in the code, or in the data of an object. */
struct place {
    const void *address; /* a return address, or that of a variable; NULL: unknown */
    bool is_data;
    const char *text; /* says it better than the address does, or NULL */
};

/* A lock that a finding is about; others refer to it by its index. */
struct finding_lock {
    const char *kind; /* "mutex", "rwlock", "spin lock", ... */
    const void *address;
    const char *name;     /* as the program named it, "" for none */
    const char *assigned; /* the variable that it was made for, "" or NULL: it is not known */
    const char *origin;   /* what the program did at `created`: "initialised", "static", ... */
    struct place created; /* the class of the lock */
};

struct finding_held {
    unsigned lock; /* index */
    bool read;
    struct place at;
};

struct finding_thread {
    pid_t tid;
    const char *name; /* "" when unknown */
};

/* What one thread did or does; of a cycle, one edge. */
struct finding_step {
    struct finding_thread thread;
    const char *verb; /* "acquires", "acquired", "waits for", "joins", "releases", ... */
    int lock;         /* index of what the verb is about, -1: none */
    bool read;        /* in read mode */
    const char *note; /* follows the lock, such as "thread worker (12)" for a join, or "" */
    const struct finding_held *held;
    unsigned held_count;
    unsigned held_left_out;    /* that many more, of which nothing else is known */
    const void *const *frames; /* innermost first: program counters and return addresses */
    unsigned frame_count;
    unsigned frames_left_out;
    const char *const *frame_texts; /* what the text of a report says of each frame, or NULL */
};

struct finding {
    const char *rule;
    enum level level;
    const char *sentence; /* one line, the place in front where there is one */
    const char *details;  /* more lines, NULL or "" for none; they are indented in the report */
    uint64_t places;      /* two findings of one rule and the same places are one */
    const struct finding_lock *locks;
    unsigned lock_count;
    const struct finding_step *steps; /* the present one is the first */
    unsigned step_count;
};

/* The most bytes of one report, 1 MiB unless it is called.  Once, at start; at least 1024. */
void finding_bound(size_t bytes);

/* Tells a finding unless it was told before or its level is off.  Returns whether it was told. */
bool finding_tell(const struct finding *finding);

enum finding_past {
    FINDING_NEW, /* 0 */
    FINDING_TOLD,
    FINDING_SUPPRESSED
};

/*
 * Did that finding come before?  Then it is counted as come again, as finding_tell() would,
 * and need not be put together.
 */
enum finding_past finding_came_before(const char *rule, uint64_t places);

/*
 * How many findings of that level there were, repetitions and suppressed ones not counted;
 * of LEVEL_OFF: how many were suppressed.
 */
unsigned finding_count(enum level level);

/* In a forked child: what its parent told is known here too, but not counted. */
void finding_forget(void);

/*
 * What came more than once, one line with the counts, only if there was anything; and the
 * suppressions that matched nothing, where the user asked for them.
 */
void finding_summary(void);

/* A number for finding.places: mixes the string into it; start with 0. */
uint64_t finding_mix(uint64_t places, const char *string);

#endif
