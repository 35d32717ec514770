/* SPDX-License-Identifier: MIT */
/* The finding for threads that wait for each other.  Under the guard. */
#ifndef PIHOOK_LOCKS_DEADLOCK_H
#define PIHOOK_LOCKS_DEADLOCK_H

#include "config/options.h"
#include "locks/draft.h"
#include "locks/waits.h"

void deadlock_add(const struct waits *waits, const struct unwind_registers *here,
                  const struct options *options, struct draft **drafts);

#endif
