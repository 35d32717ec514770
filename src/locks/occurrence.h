/* SPDX-License-Identifier: MIT */
/*
 * What happened when an edge of the graph was made: which thread it was, where, and what
 * else it held; kept for the report.  One occurrence may have made many edges and is given
 * back when the last of them goes.  Under the guard.
 */
#ifndef PIHOOK_LOCKS_OCCURRENCE_H
#define PIHOOK_LOCKS_OCCURRENCE_H

#include "locks/lock.h"
#include "locks/stacks.h"
#include "locks/thread.h"

#include <sys/types.h>

enum { OCCURRENCE_HELD = 8 };

struct occurrence_held {
    lock_id id;
    const void *address, *place;
    uint8_t kind, mode;
};

struct occurrence {
    uint32_t uses, next_free;
    pid_t tid;
    char thread_name[SCRIPT_NAME_BYTES];
    stack_id stack;
    struct lock_request wanted;
    uint32_t held_count; /* locks held, */
    uint32_t listed;     /* of which so many, the latest, follow */
    struct occurrence_held held[];
};

/* As the thread stands now; used once.  0: no memory. */
uint32_t occurrence_new(const struct thread *thread, const struct lock_request *wanted,
                        stack_id stack);

const struct occurrence *occurrence_at(uint32_t number);

void occurrence_use(uint32_t number);
void occurrence_release(uint32_t number);

/* Forgets all, even what is half written: the memory is lost. */
void occurrence_reset(void);

#endif
