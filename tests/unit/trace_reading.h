/* SPDX-License-Identifier: MIT */
/* Models of scripts (tests/trace/script.h), in the working directory of a case. */
#ifndef PIHOOK_TESTS_TRACE_READING_H
#define PIHOOK_TESTS_TRACE_READING_H

#include "trace/model.h"

/* A model of one process; fails the case if it can't be read. */
struct model model_of_script(const char *script);

/* Of as many as there are until NULL. */
struct model model_of_scripts(const char *first, ...) __attribute__((sentinel));

/* Of bytes that need not be a whole file; what is told goes to stderr. */
struct model model_of_bytes(const unsigned char *bytes, size_t count);

/* The text of a string. */
#define assert_name(model, number, text) assert_string_equal(model_string(model, number), text)

#endif
