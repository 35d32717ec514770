/* SPDX-License-Identifier: MIT */
/* All processes of a run, whoever started them and whoever is their parent now. */
#ifndef PIHOOK_RUN_PROCESSES_H
#define PIHOOK_RUN_PROCESSES_H

#include "run/folder.h"

/* The signal that asks what threads do; option dump-signal of the library. */
int processes_dump_signal(void);

/* Asks all of them what their threads do.  What they answer is in the folder then. */
void processes_ask(const struct folder *folder);

/* Sends them a signal. */
void processes_signal(const struct folder *folder, int number);

#endif
