/* SPDX-License-Identifier: MIT */
/* The finding for threads that wait for each other.  Under the guard. */
#ifndef PIHOOK_LOCKS_DEADLOCK_H
#define PIHOOK_LOCKS_DEADLOCK_H

#include "locks/draft.h"
#include "locks/waits.h"

void deadlock_add(const struct waits *waits, const struct unwind_registers *here, enum level level,
                  struct draft **drafts);

#endif
