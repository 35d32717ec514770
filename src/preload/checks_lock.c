/* SPDX-License-Identifier: MIT */
/* Locks that come and go, and their ids, classes and names.  Called by wrappers and pihook.h. */
#include "preload/checks.h"

#include "base/hash.h"
#include "base/image.h"
#include "locks/births.h"
#include "locks/class_graph.h"
#include "locks/graph_file.h"
#include "locks/identity.h"
#include "locks/inversion.h"
#include "locks/known.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/tracer.h"

#include <errno.h>

static bool is_of_system(const void *place)
{
    struct image image;

    return image_at(place, &image) && image_is_of_system(&image);
}

uint32_t checks_class(struct thread *self, enum lock_origin origin, const void *place,
                      unsigned traits)
{
    uint32_t found = class_find(origin, place);
    struct guard guard;

    if (found == 0 && guard_enter(self, &guard)) {
        found = class_enter(origin, place);
        guard_leave(self, &guard);
        if (origin == ORIGIN_INITIALISED && is_of_system(place))
            traits |= TRAIT_LIBRARY;
    }
    class_is(found, traits);
    return found;
}

static lock_id new_untagged(struct thread *self, const void *lock, uint32_t lock_class)
{
    struct guard guard;
    lock_id id = 0;

    if (guard_enter(self, &guard)) {
        id = identity_enter(lock, self, lock_class);
        guard_leave(self, &guard);
    }
    return id;
}

lock_id checks_id(struct thread *self, const void *lock)
{
    lock_id id = identity_find(lock);

    return id != 0 ? id : new_untagged(self, lock, births_class(lock));
}

/* Of a lock that no call has initialised.  Only the tracer asks it of each one. */
static uint32_t class_of_new(struct thread *self, const void *lock, const void *place)
{
    const struct lock_request request = {.address = lock, .place = place};
    uint32_t lock_class = 0;
    struct guard guard;

    if (tracer_is_on && guard_enter(self, &guard)) {
        lock_class = known_class(&request);
        guard_leave(self, &guard);
    }
    return lock_class;
}

lock_id checks_native_id(struct thread *self, const void *lock, const struct tag *tag,
                         const void *place)
{
    lock_id id = tag != NULL ? tag_read(tag, lock) : identity_find(lock);
    uint32_t lock_class = id != 0 ? 0 : class_of_new(self, lock, place);

    if (id != 0)
        return id;
    return tag != NULL ? tag_claim(tag, lock, self, lock_class)
                       : new_untagged(self, lock, lock_class);
}

/* A signal is nothing that a thread holds. */
void checks_settle(struct thread *self)
{
    struct held *entry = self->base + 1;

    while (entry <= self->top)
        if (entry->address == NULL || entry->id != 0 || !births_is_signal(entry->address))
            entry++;
        else
            held_remove(self, entry);
    for (entry = self->base + 1; entry <= self->top; entry++)
        if (entry->address != NULL && entry->id == 0 &&
            lock_is_of_script((enum lock_kind)entry->kind))
            entry->id = checks_id(self, entry->address);
    held_trim(self);
    held_chain_up(self);
}

static void forget_name(struct thread *self, const void *lock)
{
    struct guard guard;

    if (!known_any_name() || !guard_enter(self, &guard))
        return;
    known_forget_name(lock);
    guard_leave(self, &guard);
}

void checks_made(struct thread *self, const void *lock, const struct tag *tag, const void *place)
{
    uint32_t lock_class = checks_class(self, ORIGIN_INITIALISED, place, 0);

    forget_name(self, lock);
    if (tag != NULL)
        tag_make(tag, lock, self, lock_class);
    else
        new_untagged(self, lock, lock_class);
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

void checks_is_signal(struct thread *self, uint32_t lock_class)
{
    struct guard guard;

    if (!class_graph_is_on() || !guard_enter(self, &guard))
        return;
    class_graph_is_signal(lock_class);
    guard_leave(self, &guard);
    graph_file_write();
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
