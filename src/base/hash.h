/* SPDX-License-Identifier: MIT */
/* Mixing of numbers, for hash tables and keys.  Not for secrets. */
#ifndef PIHOOK_BASE_HASH_H
#define PIHOOK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Every bit of the result depends on every bit of both; (0, 0) gives 0 only by chance. */
static inline uint64_t hash_mix(uint64_t before, uint64_t next)
{
    uint64_t mixed = (before ^ next) * UINT64_C(0x9e3779b97f4a7c15);

    mixed ^= mixed >> 32;
    mixed += before << 1 | before >> 63;
    return mixed * UINT64_C(0xd6e8feb86659fd93);
}

/* Never 0. */
static inline uint64_t hash_bytes(const void *bytes, size_t count)
{
    uint64_t hash = count, word;

    for (size_t done = 0; done < count; done += sizeof word) {
        size_t left = count - done;

        word = 0;
        memcpy(&word, (const char *)bytes + done, left < sizeof word ? left : sizeof word);
        hash = hash_mix(hash, word);
    }
    return hash | 1;
}

#endif
