/* SPDX-License-Identifier: MIT */
/* What a program said of a thread: threading.Thread.name and daemon. */
#ifndef PIHOOK_PYTHON_THREAD_NAME_H
#define PIHOOK_PYTHON_THREAD_NAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Of the calling thread; left as it is where it is not known, and without the GIL.  Runs no
 * Python code, imports nothing, and leaves a set exception alone; a long name is cut.
 */
void thread_name_here(char *name, size_t room);

/* Is the calling thread a daemon?  False where that is not known; else as above. */
bool thread_is_daemon_here(void);

#endif
