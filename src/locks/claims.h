/* SPDX-License-Identifier: MIT */
/*
 * How often each of some keys is claimed, for a search that takes claims back when it turns
 * round.  Calls are serialised by the caller.
 */
#ifndef PIHOOK_LOCKS_CLAIMS_H
#define PIHOOK_LOCKS_CLAIMS_H

#include "locks/buffer.h"
#include "locks/lock.h"

#include <stdbool.h>
#include <stdint.h>

struct claim {
    uint64_t key;
    uint32_t round;
    uint32_t count[2]; /* by enum lock_mode */
};

struct claims {
    struct buffer slots;
    uint32_t round; /* what is of an earlier one is void */
    uint32_t used;
};

/* No key is claimed. */
void claims_reset(struct claims *claims);

/*
 * The counts of a key; valid until the next call, which may move them.  NULL: there is no
 * memory; never for a key that was asked for in this round.
 */
struct claim *claims_of(struct claims *claims, uint64_t key);

void claims_clear(struct claims *claims);

#endif
