/* SPDX-License-Identifier: MIT */
/*
 * Of locks that are objects of a script: where the latest one at an address was made, and
 * whether it serves as a signal, which one thread acquires and another one releases.
 *
 * A lock has one word, so that making and using one takes neither a lock nor memory.  With
 * very many of them some are forgotten; what is said is always about the latest lock there.
 * Any thread.
 */
#ifndef PIHOOK_LOCKS_BIRTHS_H
#define PIHOOK_LOCKS_BIRTHS_H

#include <stdbool.h>
#include <stdint.h>

/* A lock was made at that address, which is aligned to 16. */
void births_note(const void *lock, uint32_t lock_class);

/* It is gone. */
void births_forget(const void *lock);

/* The class that it was made with, 0 if that is not known. */
uint32_t births_class(const void *lock);

void births_mark_signal(const void *lock);

/* Was it marked, or are all locks of its class signals? */
bool births_is_signal(const void *lock);

#endif
