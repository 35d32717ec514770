/* SPDX-License-Identifier: MIT */
/* Input of the user inside a sentence. */
#ifndef PIHOOK_CONFIG_QUOTE_H
#define PIHOOK_CONFIG_QUOTE_H

#include "base/text.h"

/*
 * Adds `input` in single quotes: a line break as "\n", any other control character as
 * "?", and what goes beyond 80 bytes as "...".
 */
void quote(struct text *text, const char *input);

#endif
