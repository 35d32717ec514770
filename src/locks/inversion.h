/* SPDX-License-Identifier: MIT */
/*
 * The rules about the order of acquisition: lock-order and address-order.  Under the guard.
 */
#ifndef PIHOOK_LOCKS_INVERSION_H
#define PIHOOK_LOCKS_INVERSION_H

#include "config/options.h"
#include "locks/draft.h"
#include "locks/lock.h"
#include "locks/segments.h"
#include "locks/thread.h"

#include <stdbool.h>

/* Once; the options and the segments must stay.  False: no memory. */
bool inversion_start(const struct options *options, struct segments *segments);

/*
 * Begins anew with nothing known: what is known may be half written (a fork came between).
 * The memory is lost.  False: there is no more.
 */
bool inversion_restart(struct segments *segments);

/*
 * The thread is about to acquire a lock, and may block; it holds others.  `here` is where
 * it is.  Adds what it finds to the drafts.
 *
 * Returns the entry of what is held against which it is a violation of level error, found now
 * or before, or NULL.  `refusable`: the thread will not go on then, and nothing is to be
 * remembered of it.
 */
const struct held *inversion_acquiring(struct thread *self, const struct lock_request *wanted,
                                       const struct unwind_registers *here, bool refusable,
                                       struct draft **drafts);

/*
 * Machine code between these addresses runs scripts: a stack shows the script's lines in its
 * place, where they are known.
 */
void inversion_interpreter(const void *low, const void *high);

/* The lock is gone, and leaves the graph. */
void inversion_forget(lock_id id, const void *address);

/* How many orders may close a cycle that was not found, since looking on was too much effort? */
uint64_t inversion_given_up(void);

/* Is the lock in the graph?  No guard. */
bool inversion_knows(lock_id id);

/*
 * The stack of the thread itself, without pihook's own frames; its lines of a script, if any
 * (thread->script), stand in place of the interpreter's frames.
 */
stack_id inversion_stack(const struct thread *self, const struct unwind_registers *here);

/*
 * That of another thread, which is there, with its lines of a script (or NULL).  Nothing is
 * known of how long its memory will be there: the kernel reads it.
 */
stack_id inversion_stack_of_other(const struct unwind_registers *there,
                                  const struct script_stack *script);

#endif
