/* SPDX-License-Identifier: MIT */
/* Tells what all threads do when a signal asks for it: option dump-signal. */
#ifndef PIHOOK_PRELOAD_DUMP_H
#define PIHOOK_PRELOAD_DUMP_H

/* Once, at start.  A handler that the program has, or sets later, is left alone. */
void dump_on(int signal_number);

#endif
