/* SPDX-License-Identifier: MIT */
/* Records by their keys.  Called by the statistics; a record is made once. */
#include "trace/records.h"

#include <stddef.h>

void *records_find(const struct records *records, uint64_t key)
{
    uint32_t number = numbers_get(&records->numbers, key);

    return number == 0 ? NULL : table_at(&records->table, number);
}

void *records_make(struct records *records, uint64_t key)
{
    uint32_t number = table_add(&records->table);

    return number != 0 && numbers_add(&records->numbers, key, number)
               ? table_at(&records->table, number)
               : NULL;
}

const void *records_at(const struct table *table, uint32_t number)
{
    return number < __atomic_load_n(&table->count, __ATOMIC_ACQUIRE) ? table_at(table, number)
                                                                     : NULL;
}

void records_clear(struct records *records)
{
    numbers_clear(&records->numbers);
    table_clear(&records->table);
}
