/* SPDX-License-Identifier: MIT */
/*
 * What is put right when SIGINT, SIGTERM or SIGHUP ends the command.  A signal that is ignored, or
 * handled otherwise, stays so.
 */
#ifndef PIHOOK_INTERRUPTED_H
#define PIHOOK_INTERRUPTED_H

#include <stdbool.h>

/* A file that is removed; NULL: none any more.  The name must stay. */
void interrupted_unlinks(const char *path);

/* Is there a line on stderr that is taken away? */
void interrupted_erases(bool line);

/* What takes away the line of a terminal that the cursor is in. */
#define ERASE_LINE "\r\033[K"

#endif
