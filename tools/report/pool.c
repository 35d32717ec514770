/* SPDX-License-Identifier: MIT */
/* Memory of one finding.  Called wherever one is put together. */
#include "report/pool.h"

#include "command.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pool_piece {
    struct pool_piece *next;
    max_align_t bytes[];
};

void no_memory(void)
{
    exit(fail(STATUS_FAILED, "no memory"));
}

void *pool_take(struct pool *pool, size_t count, size_t size)
{
    struct pool_piece *piece = NULL;

    if (size == 0 || count <= (SIZE_MAX - sizeof *piece) / size)
        piece = calloc(1, sizeof *piece + count * size);
    if (!piece)
        no_memory();
    piece->next = pool->pieces;
    pool->pieces = piece;
    return piece->bytes;
}

char *pool_print(struct pool *pool, const char *format, ...)
{
    va_list arguments;
    char *printed, *kept;
    int length;

    va_start(arguments, format);
    length = vasprintf(&printed, format, arguments);
    va_end(arguments);
    if (length < 0)
        no_memory();
    kept = pool_take(pool, (size_t)length + 1, 1);
    memcpy(kept, printed, (size_t)length);
    free(printed);
    return kept;
}

void pool_clear(struct pool *pool)
{
    while (pool->pieces) {
        struct pool_piece *piece = pool->pieces;

        pool->pieces = piece->next;
        free(piece);
    }
}
