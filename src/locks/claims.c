/* SPDX-License-Identifier: MIT */
/* Claimed keys in open addressing.  Called by the choice of a cycle's contexts. */
#include "locks/claims.h"

#include "base/hash.h"

#include <string.h>

/* A power of two, so that the size of a slot doesn't matter. */
static uint32_t slots_of(const struct claims *claims)
{
    uint32_t fit = (uint32_t)(claims->slots.bytes / sizeof(struct claim));

    return fit == 0 ? 0 : UINT32_C(1) << (31 - __builtin_clz(fit));
}

void claims_reset(struct claims *claims)
{
    claims->used = 0;
    if (++claims->round == 0) {
        if (claims->slots.start != NULL)
            memset(claims->slots.start, 0, claims->slots.bytes);
        claims->round = 1;
    }
}

/* The slot of the key, or the one that it would have. */
static struct claim *seek(const struct claims *claims, uint64_t key)
{
    struct claim *slot = claims->slots.start;
    uint32_t mask = slots_of(claims) - 1;
    uint32_t at = (uint32_t)(hash_mix(1, key) >> 32) & mask;

    while (slot[at].round == claims->round && slot[at].key != key)
        at = (at + 1) & mask;
    return &slot[at];
}

static bool grow(struct claims *claims)
{
    struct claims grown = {.round = 1, .used = claims->used};
    struct claim *slot = claims->slots.start;
    uint32_t slots = slots_of(claims);

    if (buffer_reserve(&grown.slots, claims->slots.bytes * 2) == NULL)
        return false;
    for (uint32_t at = 0; at < slots; at++)
        if (slot[at].round == claims->round) {
            struct claim *to = seek(&grown, slot[at].key);

            *to = slot[at];
            to->round = grown.round;
        }
    buffer_clear(&claims->slots);
    *claims = grown;
    return true;
}

struct claim *claims_of(struct claims *claims, uint64_t key)
{
    struct claim *claim = claims->slots.start == NULL ? NULL : seek(claims, key);

    if (claim != NULL && claim->round == claims->round)
        return claim;
    if (claims->used >= slots_of(claims) / 2) {
        if (!grow(claims))
            return NULL;
        claim = seek(claims, key);
    }
    *claim = (struct claim){.key = key, .round = claims->round};
    claims->used++;
    return claim;
}

void claims_clear(struct claims *claims)
{
    buffer_clear(&claims->slots);
    *claims = (struct claims){.used = 0};
}
