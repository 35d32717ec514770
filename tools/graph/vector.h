/* SPDX-License-Identifier: MIT */
/* Arrays that grow. */
#ifndef PIHOOK_GRAPH_VECTOR_H
#define PIHOOK_GRAPH_VECTOR_H

#include <stddef.h>
#include <stdint.h>

/* Makes room for one more item of an array; it may move. */
void *vector_grow(void *items, size_t *room, size_t count, size_t item_bytes);

/* Appends to `items` of a struct that has `count` and `room`, too. */
#define VECTOR_ADD(vector, value)                                                                 \
    ((vector)->items =                                                                            \
         vector_grow((vector)->items, &(vector)->room, (vector)->count, sizeof *(vector)->items), \
     (vector)->items[(vector)->count++] = (value))

struct numbers {
    uint32_t *items;
    size_t count, room;
};

#endif
