/* SPDX-License-Identifier: MIT */
/* The end of the process: the summary of findings, and the exit status that they make. */
#ifndef PIHOOK_PRELOAD_EXIT_H
#define PIHOOK_PRELOAD_EXIT_H

/* From now on; exitcode as in the option of that name.  Called once, by the constructor. */
void exit_watch(int exitcode);

#endif
