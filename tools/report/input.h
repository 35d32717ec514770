/* SPDX-License-Identifier: MIT */
/* The lines of a file that somebody else wrote. */
#ifndef PIHOOK_REPORT_INPUT_H
#define PIHOOK_REPORT_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/* More than the library writes: its option report-size goes up to 1,000,000. */
enum { INPUT_LINE_MAX = 16 << 20 };

struct input_line {
    const char *bytes; /* as long as the call; may have NULs in it */
    size_t count;
    unsigned long number;
    bool whole;    /* it ends with a newline: one that doesn't may be cut short */
    bool too_long; /* nothing of it is given */
};

/*
 * Calls visit for every line; `path` may be "-", standard input.  Returns 0 or the negative
 * errno that ended it early.
 */
int input_read(const char *path, void (*visit)(void *argument, const struct input_line *line),
               void *argument);

#endif
