/* SPDX-License-Identifier: MIT */
/*
 * Reading a stack.  Called by the unwinder alone; must never touch memory that is not known
 * to be mapped.
 */
#include "base/unwind_memory.h"

#include "base/peek.h"

#include <string.h>

struct any_word {
    uintptr_t value;
} __attribute__((packed, may_alias));

void unwind_memory_init(struct unwind_memory *memory, uintptr_t low, uintptr_t high)
{
    memory->low = low;
    memory->high = high;
    memory->block = 0;
}

/*
 * Sanitizers guard the words of other functions' frames, and call the race with a thread
 * that still moves on its stack an error; the unwinder wants them as they are.
 */
__attribute__((no_sanitize("address"), no_sanitize("thread"))) static uintptr_t
word_at(uintptr_t address)
{
    return ((const volatile struct any_word *)address)->value;
}

static bool load_block(struct unwind_memory *memory, uintptr_t block)
{
    if (memory->block == block && block != 0)
        return true;
    memory->block = peek(block, memory->bytes, sizeof memory->bytes) ? block : 0;
    return memory->block != 0;
}

static bool read_by_kernel(struct unwind_memory *memory, uintptr_t address, uintptr_t *word)
{
    uintptr_t offset = address % UNWIND_BLOCK;

    if (offset > UNWIND_BLOCK - sizeof *word)
        return peek(address, word, sizeof *word);
    if (!load_block(memory, address - offset))
        return false;
    memcpy(word, memory->bytes + offset, sizeof *word);
    return true;
}

bool unwind_read(struct unwind_memory *memory, uintptr_t address, uintptr_t *word)
{
    if (address < memory->low || address >= memory->high || memory->high - address < sizeof *word)
        return read_by_kernel(memory, address, word);
    *word = word_at(address);
    return true;
}
