/* SPDX-License-Identifier: MIT */
/* What a program said of a thread: the name and daemon of its threading.Thread. */
#ifndef PIHOOK_PYTHON_THREAD_NAME_H
#define PIHOOK_PYTHON_THREAD_NAME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Of the calling thread; left as it is where it is not known, and without the GIL.  Runs no
 * Python code, imports nothing, and leaves a set exception alone; a long name is cut.
 */
void thread_name_here(char *name, size_t room, bool *daemon);

#endif
