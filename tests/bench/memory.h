/* SPDX-License-Identifier: MIT */
#ifndef PIHOOK_BENCH_MEMORY_H
#define PIHOOK_BENCH_MEMORY_H

#include <stddef.h>

/* Bytes of memory that the process has now. */
size_t resident(void);

#endif
