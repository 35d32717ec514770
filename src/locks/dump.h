/* SPDX-License-Identifier: MIT */
/* What all threads are at, hold and wait for, as a finding that somebody asked for. */
#ifndef PIHOOK_LOCKS_DUMP_H
#define PIHOOK_LOCKS_DUMP_H

#include "locks/draft.h"
#include "locks/thread.h"

/* One thread, which does not go on meanwhile. */
struct dump_entry {
    struct thread *thread;
    const struct unwind_registers *at; /* NULL: where it is is not known */
    const struct script_stack *script; /* lines of a script, or NULL */
};

/* Under the guard.  `all` threads there are, of which the entries are told. */
void dump_add(const struct dump_entry *entries, unsigned count, unsigned all,
              struct draft **drafts);

#endif
