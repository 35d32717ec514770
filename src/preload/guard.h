/* SPDX-License-Identifier: MIT */
/*
 * The one lock of pihook itself: it serialises what the checker learns.
 *
 * While it is held all signals are blocked, so that no handler can wait for what its own
 * thread has, and none can leave by longjmp.  It is never held across a call that may block.
 * It is no pthread lock: ours would come back to us.
 */
#ifndef PIHOOK_PRELOAD_GUARD_H
#define PIHOOK_PRELOAD_GUARD_H

#include "locks/thread.h"

#include <stdbool.h>
#include <stdint.h>

struct guard {
    uint64_t mask; /* the thread's signals */
    int error;     /* and its errno */
};

/* Once, at start. */
void guard_start(void);

/*
 * False: this thread is in the guard already, or its owner is gone and what it guards can't
 * be trusted any more; then nothing may be done.  `self` may be NULL.
 */
bool guard_enter(struct thread *self, struct guard *guard);
void guard_leave(struct thread *self, const struct guard *guard);

/*
 * In the child of a fork.  False: another thread was in the guard at that moment, so that
 * what it guards may be half changed; the guard is free again either way.
 */
bool guard_forked(void);

#endif
