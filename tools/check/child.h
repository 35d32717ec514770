/* SPDX-License-Identifier: MIT */
/* A program that is run to its end, and what it said. */
#ifndef PIHOOK_CHECK_CHILD_H
#define PIHOOK_CHECK_CHILD_H

#include "base/text.h"

#include <stdbool.h>

/* More than any answer; what goes beyond is read and dropped. */
enum { CHILD_OUTPUT_MAX = 256 * 1024 };

struct child {
    int status; /* as of waitpid(2); of no meaning if timed_out */
    bool timed_out;
    char output[CHILD_OUTPUT_MAX];
    char errors[CHILD_OUTPUT_MAX];
};

/*
 * Runs the file argv[0] with our environment, changed by settings ("NAME=VALUE" sets,
 * "NAME" removes; NULL ends), stdin being /dev/null, for `seconds` at most.  Returns 0
 * with the child's ends of things, or a negative errno when it couldn't be started.
 */
int child_run(char *const *argv, char *const *settings, int seconds, struct child *child);

/* Did it end by itself with exit status 0? */
bool child_succeeded(const struct child *child);

/* Adds how it ended, with the last line of what it wrote to stderr. */
void child_add_end(const struct child *child, struct text *text);

#endif
