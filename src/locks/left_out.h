/* SPDX-License-Identifier: MIT */
/*
 * Where an interpreter has locks of its own: between which addresses.  They are no locks of
 * the program, and their order is its business.  From any thread, without a lock.
 */
#ifndef PIHOOK_LOCKS_LEFT_OUT_H
#define PIHOOK_LOCKS_LEFT_OUT_H

#include <stdbool.h>

/* False: there are too many such places, and this one is not remembered. */
bool left_out_add(const void *low, const void *high);

/* The memory that begins there is the interpreter's no more. */
void left_out_remove(const void *low);

bool left_out_has(const void *lock);

#endif
