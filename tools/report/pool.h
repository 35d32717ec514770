/* SPDX-License-Identifier: MIT */
/* Memory that is given back all at once: what belongs to one finding. */
#ifndef PIHOOK_REPORT_POOL_H
#define PIHOOK_REPORT_POOL_H

#include <stddef.h>

struct pool {
    struct pool_piece *pieces; /* NULL: empty */
};

/* `count` zeroed items of `size` bytes, never NULL: without memory the command ends. */
void *pool_take(struct pool *pool, size_t count, size_t size);

/* A string put together as printf does. */
char *pool_print(struct pool *pool, const char *format, ...) __attribute__((format(printf, 2, 3)));

void pool_clear(struct pool *pool);

/* Tells that there is no memory and ends the command. */
_Noreturn void no_memory(void);

#endif
