/* SPDX-License-Identifier: MIT */
/*
 * Memory that may be missing: the kernel reads it, and says when it can't.
 *
 * Takes no lock and keeps errno; any thread, signal handlers too.  One call costs a few
 * hundred nanoseconds.
 */
#ifndef PIHOOK_BASE_PEEK_H
#define PIHOOK_BASE_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies so many bytes from an address of this process; false if not all could be read. */
bool peek(uintptr_t address, void *copy, size_t bytes);

#endif
