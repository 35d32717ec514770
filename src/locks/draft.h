/* SPDX-License-Identifier: MIT */
/*
 * A finding while it is put together, in memory of its own: written under the guard, told
 * after it, because telling may block.
 */
#ifndef PIHOOK_LOCKS_DRAFT_H
#define PIHOOK_LOCKS_DRAFT_H

#include "base/text.h"
#include "locks/lock.h"
#include "locks/occurrence.h"
#include "report/finding.h"

#include <stddef.h>

struct draft {
    struct draft *next;
    size_t bytes;
    struct finding finding;
    struct text sentence;
    struct finding_lock *locks;
    struct finding_step *steps;
    struct finding_held *held; /* what is left for the steps */
    unsigned room_locks, room_steps, room_held;
    char sentence_bytes[512];
};

/*
 * Puts a new one in front of the list, with room for as many steps and for as many locks in
 * all; NULL: no memory, nothing will be told.
 */
struct draft *draft_new(struct draft **list, const char *rule, enum level level, unsigned steps,
                        unsigned locks);

/* The index of a lock, added if it is not there yet and there is room. */
unsigned draft_lock(struct draft *draft, const struct lock_request *lock);

/* "M1: mutex" as far as a sentence needs it: adds the kind and the label. */
void draft_add_lock(struct draft *draft, unsigned lock);

/* The next step, zeroed but for its lock (none). */
struct finding_step *draft_step(struct draft *draft, pid_t tid, const char *name, const char *verb);

/* The step held that lock, which was acquired at `place`. */
void draft_holds(struct draft *draft, struct finding_step *step, const struct lock_request *lock);

/* Everything in a thread's record; at most `most` of the latest. */
void draft_holds_all(struct draft *draft, struct finding_step *step, const struct thread *thread,
                     unsigned most);

/* The step of an occurrence; draft_holds_then() adds what the thread held. */
struct finding_step *draft_step_at(struct draft *draft, const struct occurrence *occurrence,
                                   const char *verb);
void draft_holds_then(struct draft *draft, struct finding_step *step,
                      const struct occurrence *occurrence);

/* Tells all and gives their memory back, without the guard.  Returns the worst level told. */
enum level draft_tell_all(struct draft *list);

/* Gives back the memory only. */
void draft_drop_all(struct draft *list);

#endif
