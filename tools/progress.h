/* SPDX-License-Identifier: MIT */
/*
 * What long work says of itself: a line on stderr that is written over, where that is a
 * terminal, and only once the work has taken a second.  It can be interrupted at any time, and the
 * line goes then, too.
 */
#ifndef PIHOOK_PROGRESS_H
#define PIHOOK_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

/* `what` is a sentence's beginning, such as "reading"; `whole` what will be added to it, 0:
 * unknown. */
void progress_begin(const char *what, uint64_t whole);

/* The same of what is written to `out`; nothing where that is a terminal, which shows it itself. */
void progress_begin_writing(FILE *out, const char *what, uint64_t whole);

void progress_add(uint64_t done);

/* Takes the line away, for another one that is written; it comes again. */
void progress_hide(void);

/* The same for good. */
void progress_end(void);

#endif
