/* SPDX-License-Identifier: MIT */
/* Tables in chunks that double.  Called under the caller's lock, but for table_at. */
#include "base/table.h"

#include "base/memory.h"

/* Chunk 0 holds the numbers below 64, chunk k those from 64 << (k - 1). */
static unsigned chunk_of(uint32_t number)
{
    uint32_t rest = number >> TABLE_FIRST_BITS;

    return rest == 0 ? 0 : 32 - (unsigned)__builtin_clz(rest);
}

static uint32_t first_of(unsigned chunk)
{
    return chunk == 0 ? 0 : UINT32_C(1) << (TABLE_FIRST_BITS + chunk - 1);
}

static size_t bytes_of(const struct table *table, unsigned chunk)
{
    uint32_t items = chunk == 0 ? UINT32_C(1) << TABLE_FIRST_BITS : first_of(chunk);

    return items * table->item;
}

uint32_t table_add(struct table *table)
{
    uint32_t number = table->count == 0 ? 1 : table->count;
    unsigned chunk = chunk_of(number);

    if (number == UINT32_MAX)
        return 0;
    if (table->chunks[chunk] == NULL) {
        char *start = memory_take(bytes_of(table, chunk));

        if (start == NULL)
            return 0;
        __atomic_store_n(&table->chunks[chunk], start, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&table->count, number + 1, __ATOMIC_RELEASE);
    return number;
}

void *table_at(const struct table *table, uint32_t number)
{
    unsigned chunk = chunk_of(number);
    char *start = __atomic_load_n(&table->chunks[chunk], __ATOMIC_ACQUIRE);

    return start + (number - first_of(chunk)) * table->item;
}

void table_clear(struct table *table)
{
    for (unsigned chunk = 0; chunk < TABLE_CHUNKS; chunk++) {
        memory_give(table->chunks[chunk], bytes_of(table, chunk));
        table->chunks[chunk] = NULL;
    }
    table->count = 0;
}
