/* SPDX-License-Identifier: MIT */
/* Best times of batches, on this thread or on two at once. */
#ifndef PIHOOK_BENCH_TIMING_H
#define PIHOOK_BENCH_TIMING_H

#include <stddef.h>

typedef void batch_function(void *argument, size_t rounds);

/* Nanoseconds a round in the best of `batches`; with several, one more goes before them. */
double best_of(unsigned batches, batch_function *batch, void *argument, size_t rounds);

/* The same on two threads with an argument each: from the first start to the last end. */
double best_of_two(unsigned batches, batch_function *batch, void *arguments[2], size_t rounds);

#endif
