/* SPDX-License-Identifier: MIT */
/*
 * A table for people: columns as wide as what stands in them, numbers to the right.  Where the
 * whole is wider than a line may be, columns that can give way lose the middle of their cells.
 * A column in which nothing stands is left out.
 */
#ifndef PIHOOK_TRACE_TEXT_TABLE_H
#define PIHOOK_TRACE_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct text_column {
    const char *title;
    bool right;     /* its cells end below each other */
    bool gives_way; /* its cells may be shortened */
};

struct text_cell {
    char *text;
    unsigned width; /* characters */
};

struct text_table {
    const struct text_column *columns;
    size_t column_count;
    struct text_cell *cells; /* row after row */
    size_t count, room;
};

void text_table_begin(struct text_table *table, const struct text_column *columns, size_t count);

#define TABLE_BEGIN(table, columns) \
    text_table_begin((table), (columns), sizeof(columns) / sizeof *(columns))

/* The next cell of the row, or the first one of the next row. */
void cell_add(struct text_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for a duration in nanoseconds, `12.3 ms`; a size in bytes, `4.5 MiB`; a part of 1. */
void cell_time(struct text_table *table, int64_t time);
void cell_bytes(struct text_table *table, int64_t bytes);
void cell_part(struct text_table *table, double part);

/* Prints and empties it.  Nothing if it has no row; `width` as in struct trace_style. */
void text_table_end(struct text_table *table, FILE *out, unsigned width, bool color);

/* The text of a duration or a size, in a buffer of at least 16 bytes, which is returned. */
const char *time_text(char *buffer, int64_t time);
const char *bytes_text(char *buffer, int64_t bytes);

#endif
