/* SPDX-License-Identifier: MIT */
/* Locks that come and go, and their ids, classes and names.  Called by wrappers and pihook.h. */
#include "preload/checks.h"

#include "base/hash.h"
#include "locks/identity.h"
#include "locks/inversion.h"
#include "locks/known.h"
#include "preload/checks_common.h"
#include "preload/guard.h"

#include <errno.h>

uint32_t checks_class(struct thread *self, const void *place)
{
    uint32_t found = class_find(ORIGIN_INITIALISED, place);
    struct guard guard;

    if (found == 0 && guard_enter(self, &guard)) {
        found = class_enter(ORIGIN_INITIALISED, place);
        guard_leave(self, &guard);
    }
    return found;
}

lock_id checks_new_untagged(struct thread *self, const void *lock, uint32_t lock_class)
{
    struct guard guard;
    lock_id id = 0;

    if (guard_enter(self, &guard)) {
        id = identity_enter(lock, self, lock_class);
        guard_leave(self, &guard);
    }
    return id;
}

lock_id checks_untagged(struct thread *self, const void *lock)
{
    lock_id id = identity_find(lock);

    return id != 0 ? id : checks_new_untagged(self, lock, 0);
}

void checks_gone(struct thread *self, const void *lock, lock_id id, bool tagged, bool buried)
{
    struct guard guard;

    if ((tagged && !inversion_knows(id) && !known_any_name()) || !guard_enter(self, &guard))
        return;
    if (!tagged && buried)
        identity_bury(lock);
    else if (!tagged)
        identity_drop(lock);
    known_forget_name(lock);
    inversion_forget(id, lock);
    guard_leave(self, &guard);
}

void checks_made(struct thread *self, const void *lock)
{
    struct guard guard;

    if (!known_any_name() || !guard_enter(self, &guard))
        return;
    known_forget_name(lock);
    guard_leave(self, &guard);
}

int checks_name(struct thread *self, const void *lock, const char *name)
{
    struct guard guard;

    if (!guard_enter(self, &guard))
        return -ENOTSUP;
    bool done = known_set_name(lock, name);
    guard_leave(self, &guard);
    return done ? 0 : -ENOMEM;
}
