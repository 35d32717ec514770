/* SPDX-License-Identifier: MIT */
/* The name that a program gave to a thread: threading.Thread.name. */
#ifndef PIHOOK_PYTHON_THREAD_NAME_H
#define PIHOOK_PYTHON_THREAD_NAME_H

#include <stddef.h>

/*
 * Of the calling thread; left as it is where it is not known, and without the GIL.  Runs no
 * Python code, imports nothing, and leaves a set exception alone; a long name is cut.
 */
void thread_name_here(char *name, size_t room);

#endif
