/* SPDX-License-Identifier: MIT */
/* Called at start, once by each that has something to keep from children. */
#include "base/wiped.h"

#include "base/memory.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

void *wiped_take(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *start = bytes <= page ? memory_take(page) : NULL;
    int error = errno;

    if (start != NULL && madvise(start, page, MADV_WIPEONFORK) != 0) {
        memory_give(start, page);
        start = NULL;
    }
    errno = error;
    return start;
}
