/* SPDX-License-Identifier: MIT */
/*
 * Stacks that are kept, each once.  Under the guard, but for stacks_frames(); what was kept
 * is never given back: a program has so many places that nest locks and no more.
 */
#ifndef PIHOOK_LOCKS_STACKS_H
#define PIHOOK_LOCKS_STACKS_H

#include <stdint.h>

typedef uint32_t stack_id; /* 0: none */

enum { STACK_FRAMES_MAX = 64 };

/* 0: no memory, or no frames. */
stack_id stacks_keep(const void *const *frames, unsigned count);

/* Innermost first; sets *count. */
const void *const *stacks_frames(stack_id stack, unsigned *count);

/* Forgets all, even what is half written: the memory is lost. */
void stacks_reset(void);

#endif
