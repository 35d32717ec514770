/* SPDX-License-Identifier: MIT */
/*
 * An errno in words.  strerror(3) may allocate and follows the program's locale, so it is
 * not for a line that is told inside somebody else's process.
 */
#ifndef PIHOOK_BASE_ERROR_H
#define PIHOOK_BASE_ERROR_H

#include "base/text.h"

/* Adds what the errno means, or "errno N" for an unusual one. */
void text_add_error(struct text *text, int error);

#endif
