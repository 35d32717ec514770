/* SPDX-License-Identifier: MIT */
/* Findings about one lock and the thread that misuses it.  Under the guard. */
#ifndef PIHOOK_LOCKS_MISUSE_H
#define PIHOOK_LOCKS_MISUSE_H

#include "locks/draft.h"
#include "locks/thread.h"

#include <stdbool.h>

struct misuse {
    const char *rule;
    enum level level;
    const char *before, *after; /* the sentence, around the lock */
    const char *verb;           /* what the thread does with the lock */
    const struct lock_request *lock;
    struct thread *other;   /* who has something to do with it, or NULL */
    const char *other_verb; /* what that one does or did, as "holds" */
    bool is_deadlock;       /* the thread can't go on */
};

/* `self` is where `here` says. */
void misuse_add(struct thread *self, const struct unwind_registers *here,
                const struct misuse *misuse, struct draft **drafts);

/*
 * The thread ends or waits, or the process forks, while `holder` has locks: all of them are
 * listed.  Only `lock` of the misuse is NULL.
 */
void misuse_add_held(struct thread *self, struct thread *holder,
                     const struct unwind_registers *here, const struct misuse *misuse,
                     struct draft **drafts);

#endif
