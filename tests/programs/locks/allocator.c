/* SPDX-License-Identifier: MIT */
/*
 * A program with an allocator of its own, whose locks are pthread mutexes: the checker must
 * not allocate through it while it looks at them, nor resolve symbols while they are held.
 */
#include "cases.h"

#include <stddef.h>
#include <stdint.h>

enum { ARENA = 64 << 20, HEADER = 16 };

static _Alignas(16) unsigned char arena[ARENA];
static size_t used;
static unsigned long served;
static pthread_mutex_t arena_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t counters_lock = PTHREAD_MUTEX_INITIALIZER;

static void count_served(void)
{
    if (pthread_mutex_trylock(&counters_lock) != 0)
        pthread_mutex_lock(&counters_lock);
    served++;
    pthread_mutex_unlock(&counters_lock);
}

/* Memory is never given back: nothing here is about that. */
static void *take(size_t size)
{
    unsigned char *block;

    pthread_mutex_lock(&arena_lock);
    block = &arena[used];
    used += HEADER + ((size + 15) & ~(size_t)15);
    if (used > ARENA)
        abort();
    count_served();
    pthread_mutex_unlock(&arena_lock);
    memcpy(block, &size, sizeof size);
    return block + HEADER;
}

void *malloc(size_t size)
{
    return take(size);
}

void free(void *block)
{
    (void)block;
    pthread_mutex_lock(&arena_lock);
    pthread_mutex_unlock(&arena_lock);
}

void *calloc(size_t number, size_t size)
{
    return memset(take(number * size), 0, number * size);
}

void *realloc(void *block, size_t size)
{
    void *moved = take(size);
    size_t former = 0;

    if (block != NULL)
        memcpy(&former, (unsigned char *)block - HEADER, sizeof former);
    if (block != NULL)
        memcpy(moved, block, former < size ? former : size);
    return moved;
}

void *memalign(size_t alignment, size_t size)
{
    uintptr_t start = (uintptr_t)take(size + alignment);

    return (void *)((start + alignment - 1) & ~(uintptr_t)(alignment - 1));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    *block = memalign(alignment, size);
    return 0;
}

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;

VISIBLE void *allocate_inside(void *unused)
{
    for (int i = 0; i < 200; i++) {
        lock(&first);
        free(malloc(32));
        lock(&second);
        free(realloc(malloc(8), 64));
        unlock(&second);
        unlock(&first);
    }
    return unused;
}

static void threads(void)
{
    pthread_t alice = start("alice", allocate_inside, NULL);
    pthread_t bob = start("bob", allocate_inside, NULL);

    finish(alice);
    finish(bob);
}

static void inverted(void)
{
    allocate_inside(NULL);
    lock(&second);
    lock(&first);
    unlock(&first);
    unlock(&second);
}

/* A finding that is made under the allocator's own lock. */
static void inverted_inside(void)
{
    allocate_inside(NULL);
    lock(&arena_lock);
    lock(&second);
    unlock(&second);
    unlock(&arena_lock);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"threads", threads},
        {"inverted", inverted},
        {"inverted-inside", inverted_inside},
        {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
