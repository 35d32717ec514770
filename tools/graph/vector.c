/* SPDX-License-Identifier: MIT */
/* Arrays that grow.  Called wherever a graph is put together. */
#include "graph/vector.h"

#include "report/pool.h"

#include <stdlib.h>

void *vector_grow(void *items, size_t *room, size_t count, size_t item_bytes)
{
    if (count < *room)
        return items;
    *room = *room > 0 ? *room + *room / 2 + 1 : 8;
    items = reallocarray(items, *room, item_bytes);
    if (!items)
        no_memory();
    return items;
}
