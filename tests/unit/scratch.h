/* SPDX-License-Identifier: MIT */
/* A folder for one case, and files in it. */
#ifndef PIHOOK_TESTS_SCRATCH_H
#define PIHOOK_TESTS_SCRATCH_H

#include <stddef.h>
#include <sys/types.h>

/* cmocka's setup and teardown; the folder has mode 0700 and the umask is 022. */
int scratch_enter(void **state);
int scratch_leave(void **state);

/* Makes a file of the working directory with that mode, or fails the case. */
void scratch_file(const char *name, const char *bytes, size_t count, mode_t mode);

/* Returns the file's text, NUL-terminated, until the next call, or NULL: there is none. */
const char *scratch_text(const char *name);

#endif
