/* SPDX-License-Identifier: MIT */
/* The program that is run, from its start to its end. */
#ifndef PIHOOK_RUN_PROGRAM_H
#define PIHOOK_RUN_PROGRAM_H

#include "run/folder.h"

#include <stdbool.h>

/*
 * Runs argv[0], looked for in PATH, and waits for it.  SIGTERM and SIGHUP that come meanwhile
 * are passed on; those of the terminal reach it by themselves.  After `seconds` (0: never) all
 * processes of the run are asked what they do, and then get SIGTERM, and 5 seconds later SIGKILL.
 *
 * Returns what a shell would: its exit status, 128 + N after signal N, STATUS_NOT_FOUND or
 * STATUS_CANNOT_RUN, or STATUS_FAILED after it told why; *timed_out is set.
 */
int program_run(char **argv, const struct folder *folder, unsigned seconds, bool *timed_out);

#endif
