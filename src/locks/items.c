/* SPDX-License-Identifier: MIT */
/* Tables with a list of free items.  Called under the caller's lock. */
#include "locks/items.h"

static uint32_t *link_of(const struct items *items, uint32_t number)
{
    char *item = table_at(&items->table, number);

    return (uint32_t *)(void *)(item + items->link);
}

uint32_t items_take(struct items *items)
{
    uint32_t number = items->free;

    if (number == 0)
        return table_add(&items->table);
    items->free = *link_of(items, number);
    return number;
}

void items_give(struct items *items, uint32_t number)
{
    *link_of(items, number) = items->free;
    items->free = number;
}

void items_clear(struct items *items)
{
    table_clear(&items->table);
    items->free = 0;
}
