/* SPDX-License-Identifier: MIT */
/*
 * Anonymous pages.  Called from the slow paths of interposed calls; it must never call into
 * the program's allocator.
 */
#include "base/memory.h"

#include <errno.h>
#include <sys/mman.h>

static size_t bound, taken, refused;
static bool kept;

void memory_keep(bool keep)
{
    kept = keep;
}

bool memory_is_kept(void)
{
    return kept;
}

void memory_bound(size_t bytes)
{
    __atomic_store_n(&bound, bytes, __ATOMIC_RELAXED);
}

size_t memory_taken(void)
{
    return __atomic_load_n(&taken, __ATOMIC_RELAXED);
}

size_t memory_refused(void)
{
    return __atomic_load_n(&refused, __ATOMIC_RELAXED);
}

static void *refuse(size_t bytes)
{
    __atomic_fetch_sub(&taken, bytes, __ATOMIC_RELAXED);
    __atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
    return NULL;
}

void *memory_take(size_t bytes)
{
    size_t limit = __atomic_load_n(&bound, __ATOMIC_RELAXED);
    size_t now = __atomic_add_fetch(&taken, bytes, __ATOMIC_RELAXED);
    int error = errno;

    if (limit != 0 && now > limit)
        return refuse(bytes);
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    errno = error;
    return start == MAP_FAILED ? refuse(bytes) : start;
}

void memory_give(void *start, size_t bytes)
{
    int error = errno;

    if (start == NULL || kept)
        return;
    munmap(start, bytes);
    __atomic_fetch_sub(&taken, bytes, __ATOMIC_RELAXED);
    errno = error;
}
