/* SPDX-License-Identifier: MIT */
/* Arrays of structures as columns of JSON.  Called by format_html.c. */
#include "trace/columns.h"

#include "locks/lock.h"
#include "progress.h"
#include "trace/model.h"

#include <inttypes.h>
#include <stdio.h>

/* printf is what takes the time with some ten million numbers. */
static void put_number(FILE *out, int64_t number)
{
    char digits[20];
    size_t length = 0;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    if (number < 0)
        putc_unlocked('-', out);
    do {
        digits[length++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    while (length)
        putc_unlocked(digits[--length], out);
}

int64_t columns_difference(int64_t time, int64_t before)
{
    return (int64_t)((uint64_t)time - (uint64_t)before);
}

static int64_t of_index(uint32_t index)
{
    return index == MODEL_NONE ? -1 : (int64_t)index;
}

static int64_t flags_of(const char *item, const struct column *column)
{
    uint8_t flags = *(const uint8_t *)(item + column->offset);
    uint8_t mode = *(const uint8_t *)(item + column->other);

    return mode == LOCK_READ ? flags | COLUMN_READS : flags;
}

/* `before`: the time at the same place of the item before, or `zero`. */
static void put_item(FILE *out, const char *item, const struct column *column, int64_t zero,
                     int64_t before)
{
    const char *at = item + column->offset;

    switch (column->kind) {
    case COLUMN_U8:
        put_number(out, *(const uint8_t *)at);
        break;
    case COLUMN_U32:
        put_number(out, *(const uint32_t *)at);
        break;
    case COLUMN_I32:
        put_number(out, *(const int32_t *)at);
        break;
    case COLUMN_U64:
    case COLUMN_I64:
        put_number(out, *(const int64_t *)at);
        break;
    case COLUMN_HEX:
        fprintf(out, "\"%" PRIx64 "\"", *(const uint64_t *)at);
        break;
    case COLUMN_INDEX:
        put_number(out, of_index(*(const uint32_t *)at));
        break;
    case COLUMN_TIME:
        put_number(out,
                   *(const int64_t *)at < 0 ? -1 : columns_difference(*(const int64_t *)at, zero));
        break;
    case COLUMN_STEP:
        put_number(out, columns_difference(*(const int64_t *)at, before));
        break;
    case COLUMN_LENGTH:
        put_number(out, columns_difference(*(const int64_t *)at,
                                           *(const int64_t *)(item + column->other)));
        break;
    case COLUMN_FLAGS:
        put_number(out, flags_of(item, column));
        break;
    }
}

static void put_column(FILE *out, const struct column_table *table, const struct column *column,
                       int64_t zero)
{
    const char *item = table->items;
    int64_t before = zero;

    fprintf(out, "\"%s\":[", column->name);
    for (size_t i = 0; i < table->count; i++, item += table->size) {
        if (i)
            putc_unlocked(',', out);
        put_item(out, item, column, zero, before);
        if (column->kind == COLUMN_STEP)
            before = *(const int64_t *)(item + column->offset);
    }
    putc_unlocked(']', out);
}

void columns_write(FILE *out, const struct column_table *table, int64_t zero)
{
    fprintf(out, "\"%s\":{", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        if (i)
            fputs(",\n", out);
        put_column(out, table, &table->columns[i], zero);
        progress_add(table->count);
    }
    putc('}', out);
}
