/* SPDX-License-Identifier: MIT */
/*
 * Arrays of structures as JSON, a column an array: {"begin":[0,5,2],"thread":[0,0,1]}.
 *
 * Numbers are written one by one and never kept: there may be millions.
 */
#ifndef PIHOOK_TRACE_COLUMNS_H
#define PIHOOK_TRACE_COLUMNS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum column_kind {
    COLUMN_U8, /* also bool */
    COLUMN_U32,
    COLUMN_I32,
    COLUMN_U64,
    COLUMN_I64,
    COLUMN_HEX,    /* of 64 bits, as a string: JavaScript's numbers have 53 */
    COLUMN_INDEX,  /* of 32 bits; MODEL_NONE is -1 */
    COLUMN_TIME,   /* from `zero` on; negative is -1 */
    COLUMN_STEP,   /* a time, from that of the item before on */
    COLUMN_LENGTH, /* from the time at `other` on */
    COLUMN_FLAGS   /* of 8 bits, and COLUMN_READS if that at `other` is LOCK_READ */
};

/* Beside enum model_flag. */
#define COLUMN_READS 64u

struct column {
    const char *name;
    enum column_kind kind;
    size_t offset; /* in the structure */
    size_t other;
};

struct column_table {
    const char *name;
    const void *items;
    size_t count, size; /* items, and bytes of one */
    const struct column *columns;
    size_t column_count;
};

/* Of two times; a file may say any, so it may wrap around. */
int64_t columns_difference(int64_t time, int64_t before);

/* Writes "name":{...}.  Errors of `out` are seen by the caller. */
void columns_write(FILE *out, const struct column_table *table, int64_t zero);

#endif
