/* SPDX-License-Identifier: MIT */
/*
 * A table whose items can be given back: their numbers are handed out again, their memory
 * stays.  Calls are serialised by the caller, but for reading an item.
 */
#ifndef PIHOOK_LOCKS_ITEMS_H
#define PIHOOK_LOCKS_ITEMS_H

#include "base/table.h"

#include <stddef.h>
#include <stdint.h>

struct items {
    struct table table;
    uint32_t free;
    uint32_t link; /* where in an item the number of the next free one stands */
};

/* An initialiser; `member` is a uint32_t that the owner doesn't need in a free item. */
#define ITEMS_OF(type, member)                                            \
    {                                                                     \
        .table = TABLE_OF(type), .link = (uint32_t)offsetof(type, member) \
    }

/* Returns the number of an item with anything in it, or 0: there is no memory. */
uint32_t items_take(struct items *items);

void items_give(struct items *items, uint32_t number);

void items_clear(struct items *items);

#endif
