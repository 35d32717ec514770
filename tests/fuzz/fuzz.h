/* SPDX-License-Identifier: MIT */
/* What a fuzz target and its driver share; the entry is libFuzzer's. */
#ifndef PIHOOK_TESTS_FUZZ_H
#define PIHOOK_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define require(condition)                                                                 \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                       \
        }                                                                                  \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
