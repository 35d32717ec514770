/* SPDX-License-Identifier: MIT */
/* Called for names that come by the hundred: a request of memory is a page at least. */
#include "base/kept.h"

#include "base/memory.h"

#include <string.h>

enum { ROOM = 65536 };

const char *kept_add(struct kept *kept, const char *text)
{
    size_t bytes = strlen(text) + 1;

    if (bytes > kept->left) {
        size_t more = bytes > ROOM ? bytes : ROOM;
        char *room = memory_take(more);

        if (room == NULL)
            return NULL;
        *kept = (struct kept){room, more};
    }
    char *copy = memcpy(kept->room, text, bytes);
    kept->room += bytes;
    kept->left -= bytes;
    return copy;
}
