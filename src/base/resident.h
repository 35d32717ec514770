/* SPDX-License-Identifier: MIT */
/*
 * How much memory of this process is resident.
 *
 * The kernel keeps it in steps, of some hundred KiB where threads or processors are many, and
 * to ask costs some microseconds.
 */
#ifndef PIHOOK_BASE_RESIDENT_H
#define PIHOOK_BASE_RESIDENT_H

#include <stdint.h>

/*
 * In KiB, at this moment or a few microseconds before; where there is no /proc, the most that it
 * has been so far.  0: it can't be told now, as without a descriptor to be had.  Any thread; keeps
 * errno, and is no point of cancellation.
 */
uint32_t resident_memory(void);

/* In the child of a fork, which has another one. */
void resident_forked(void);

#endif
