/* SPDX-License-Identifier: MIT */
/*
 * Reads the file pihook.conf of the working directory, and keeps what was told and handed
 * out as text, a line each, in the order of the calls.
 */
#ifndef PIHOOK_TESTS_CONFIG_READING_H
#define PIHOOK_TESTS_CONFIG_READING_H

#include "config/file.h"

/* Of the last reading. */
extern struct options options;
extern struct text hooks; /* "LINE PATTERN KIND(VALUE)" and " raise", " optional", " reload" */
extern struct text told;  /* "LINE: SENTENCE" */

int read_file(bool optional);

/* Makes the file and reads it. */
void take(const char *text);
void take_bytes(const char *bytes, size_t count);

/* Compare the whole text. */
void assert_hooks(const char *expected);
void assert_told(const char *expected);
void assert_nothing_told(void);

#endif
