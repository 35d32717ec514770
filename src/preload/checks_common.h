/* SPDX-License-Identifier: MIT */
/* What the files of checks.h share among themselves. */
#ifndef PIHOOK_PRELOAD_CHECKS_COMMON_H
#define PIHOOK_PRELOAD_CHECKS_COMMON_H

#include "locks/draft.h"
#include "locks/misuse.h"
#include "preload/checks.h"

extern const struct options *checks_options; /* NULL before the constructor */
extern struct segments checks_segments;      /* under the guard */

/* May this thread's doings be looked at? */
bool checks_apply(const struct thread *self);

/*
 * Tells what was found, without the guard, and does what option on-violation says.  Returns
 * the worst level told.
 */
enum level checks_tell(struct draft *drafts);

/* The same for a finding that nothing can go on after; option on-deadlock counts too. */
void checks_tell_deadlock(struct draft *drafts);

/* Reads what the thread is at in a script, for the checker: self->script, until it is reset. */
void checks_read_script(struct thread *self, struct script_stack *script);
void checks_learn_script_name(struct thread *self);
const void *checks_script_top(void);
const void *checks_script_top_of(const struct thread *other);
unsigned checks_script_of(const void *top, struct script_stack *script);

/* The lowest lock that the thread holds has no id yet: now it needs one. */
void checks_settle(struct thread *self);

/* Puts a finding together, here and now, and tells it; without a lock, about all that is held. */
void checks_misuse(struct thread *self, const struct misuse *misuse);

/* It will block, since `owner` has the lock (if known), or is the thread it joins. */
void checks_deadlock(struct thread *self, const struct lock_request *request, struct thread *owner);

/*
 * Around a wait that keeps other threads out of the interpreter: its lock is held, on top of
 * what the thread holds.  Neither does anything in a thread that does not run under it.
 */
void checks_hold_interpreter(struct thread *self);
void checks_let_interpreter_go(struct thread *self);

/* The chain of what is held with that lock on top. */
uint64_t checks_chain(const struct thread *self, const struct lock_request *request);

/* A thread with a sentinel ends, and may be joined by it later. */
void checks_sentinel_ends(struct thread *self);

int64_t checks_now(void);

#endif
