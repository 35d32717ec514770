/* SPDX-License-Identifier: MIT */
/*
 * May a file's content be executed?  Yes if it is a regular file, and it and the folder
 * it stands in belong to the process's user or to root and can be written by nobody else
 * (a folder with the sticky bit, such as /tmp, may be written by all: nobody can replace
 * another's file there).  For a symbolic link the link's folder must be such a one too.
 */
#ifndef PIHOOK_CONFIG_TRUST_H
#define PIHOOK_CONFIG_TRUST_H

#include "base/text.h"

#include <stdbool.h>

/* Does the process have more rights than the user who started it (setuid, setgid, capabilities)? */
bool trust_process_is_privileged(void);

/*
 * Opens `path` for reading (O_CLOEXEC, never blocking on a FIFO or a device).  Returns a
 * descriptor or a negative errno: -EINVAL no regular file, -EPERM not to be trusted, or
 * open's; `sentence` then says which, and what was expected.
 */
int trust_open(const char *path, struct text *sentence);

#endif
