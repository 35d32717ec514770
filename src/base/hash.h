/* SPDX-License-Identifier: MIT */
/* Mixing of numbers, for hash tables and keys.  Not for secrets. */
#ifndef PIHOOK_BASE_HASH_H
#define PIHOOK_BASE_HASH_H

#include <stdint.h>

/* Every bit of the result depends on every bit of both; (0, 0) gives 0 only by chance. */
static inline uint64_t hash_mix(uint64_t before, uint64_t next)
{
    uint64_t mixed = (before ^ next) * UINT64_C(0x9e3779b97f4a7c15);

    mixed ^= mixed >> 32;
    mixed += before << 1 | before >> 63;
    return mixed * UINT64_C(0xd6e8feb86659fd93);
}

#endif
