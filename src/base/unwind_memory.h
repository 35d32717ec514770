/* SPDX-License-Identifier: MIT */
/*
 * The words of a stack that is unwound: directly where it is known to be mapped, elsewhere
 * through the kernel, a block at a time.
 */
#ifndef PIHOOK_BASE_UNWIND_MEMORY_H
#define PIHOOK_BASE_UNWIND_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* A block never reaches over the end of a page: it is there as a whole or not at all. */
enum { UNWIND_BLOCK = 512 };

struct unwind_memory {
    uintptr_t low, high; /* may be read directly */
    uintptr_t block;     /* the address that `bytes` were copied from; 0: none */
    unsigned char bytes[UNWIND_BLOCK];
};

void unwind_memory_init(struct unwind_memory *memory, uintptr_t low, uintptr_t high);

/* The word at an address, aligned or not; false if it can't be read. */
bool unwind_read(struct unwind_memory *memory, uintptr_t address, uintptr_t *word);

#endif
