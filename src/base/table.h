/* SPDX-License-Identifier: MIT */
/*
 * A growing table of items of one size, known by number.  Items never move, so that one
 * thread may read an item while another adds one; adding itself is serialised by the caller.
 * Number 0 is never handed out: it means none.
 */
#ifndef PIHOOK_BASE_TABLE_H
#define PIHOOK_BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* The first chunk holds 64 items, each further one as many as all before it. */
enum { TABLE_FIRST_BITS = 6, TABLE_CHUNKS = 32 - TABLE_FIRST_BITS + 1 };

struct table {
    size_t item;    /* bytes of one */
    uint32_t count; /* of numbers handed out, the 0 included; 0 in a table that is new */
    char *chunks[TABLE_CHUNKS];
};

/* An initialiser for a table of that type. */
#define TABLE_OF(type)       \
    {                        \
        .item = sizeof(type) \
    }

/* Returns the number of a new zeroed item, or 0: there is no memory. */
uint32_t table_add(struct table *table);

/* The item of a number that was handed out. */
void *table_at(const struct table *table, uint32_t number);

/* Gives all memory back; no one may read any more. */
void table_clear(struct table *table);

#endif
