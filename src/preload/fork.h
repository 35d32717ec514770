/* SPDX-License-Identifier: MIT */
/* Around fork. */
#ifndef PIHOOK_PRELOAD_FORK_H
#define PIHOOK_PRELOAD_FORK_H

/* Once, by the constructor. */
void fork_watch(void);

#endif
