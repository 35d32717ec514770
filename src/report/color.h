/* SPDX-License-Identifier: MIT */
/* Whether findings are coloured: option `color`, and what users expect of the environment. */
#ifndef PIHOOK_REPORT_COLOR_H
#define PIHOOK_REPORT_COLOR_H

#include "config/options.h"

#define COLOR_ERROR "\033[1;31m"
#define COLOR_WARNING "\033[1;33m"
#define COLOR_BOLD "\033[1m"
#define COLOR_DIM "\033[2m"
#define COLOR_END "\033[0m"

/* Reads NO_COLOR, CLICOLOR_FORCE and TERM.  Only at start: the program may change them later. */
void color_configure(enum color_when when);

/* Is text coloured that is written to the log now? */
bool color_is_on(void);

/* The same for text that a descriptor gets. */
bool color_is_on_for(int descriptor);

#endif
