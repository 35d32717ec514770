/* SPDX-License-Identifier: MIT */
/* A finding of a findings file; libpihook(7) describes its JSON. */
#ifndef PIHOOK_REPORT_RECORD_H
#define PIHOOK_REPORT_RECORD_H

#include "report/finding.h"
#include "report/member.h"
#include "report/pool.h"
#include "report/who.h"

struct record {
    json_t *json;           /* the whole */
    unsigned count;         /* how often it was told */
    uint64_t number;        /* its fingerprint */
    bool known;             /* by the baseline */
    struct who who;         /* of the first time */
    struct finding finding; /* for finding_text(): places are texts, and no address is ours */
    struct pool pool;
};

/*
 * Replaces what would break a line or reach a terminal as a control sequence, in all strings;
 * only `details` may have newlines.  Members with such a name are dropped.
 */
void record_clean(json_t *json);

/* The fingerprint, 0 for none.  Tells what is wrong with the version and with it. */
uint64_t record_number(struct members *members, const json_t *json);

/*
 * Fills the record from JSON that is clean, of which it takes the reference.  What it must be
 * and isn't is in `members`; a record like that may only be given to record_clear().
 */
void record_read(struct record *record, struct members *members, json_t *json);

void record_clear(struct record *record);

#endif
