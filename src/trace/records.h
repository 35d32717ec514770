/* SPDX-License-Identifier: MIT */
/*
 * Records of one type, found by a key or by their number in the order of their making.  Making
 * is serialised by the caller; any thread may look meanwhile.
 */
#ifndef PIHOOK_TRACE_RECORDS_H
#define PIHOOK_TRACE_RECORDS_H

#include "base/table.h"
#include "trace/numbers.h"

#include <stdint.h>

struct records {
    struct table table;
    struct numbers numbers; /* of each, by its key */
};

#define RECORDS_OF(type)        \
    {                           \
        .table = TABLE_OF(type) \
    }

/* NULL: there is none of that key, which may not be 0. */
void *records_find(const struct records *records, uint64_t key);

/* A new one, all zeroes before others find it; NULL: no memory. */
void *records_make(struct records *records, uint64_t key);

/* The item of a number from 1 on; NULL: no more were made. */
const void *records_at(const struct table *table, uint32_t number);

/* Nobody may be looking. */
void records_clear(struct records *records);

#endif
