/* SPDX-License-Identifier: MIT */
/* Called by CPython when an object is made or ends, and by python_lock.c; with the GIL. */
#include "preload/python_lock_life.h"

#include "locks/births.h"
#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/self.h"
#include "preload/tracer.h"
#include "python/frames.h"

#include <stddef.h>

static uint32_t class_for(struct thread *self, const struct code_line *line)
{
    unsigned traits = (line->traits & (CODE_STANDARD | CODE_INSTALLED) ? TRAIT_LIBRARY : 0u) |
                      (line->traits & CODE_STANDARD ? TRAIT_STANDARD : 0u) |
                      (line->traits & CODE_SIGNALS ? TRAIT_SIGNAL : 0u);

    return line->place == NULL ? 0 : checks_class(self, ORIGIN_CREATED, line->place, traits);
}

void python_lock_made(PyObject *lock, enum lock_type type)
{
    struct thread *self = self_enter();

    (void)type;
    if (self == NULL || checks_state != CHECKS_ON)
        return;
    if (!frames_know_library())
        frames_learn_library();
    births_note(lock, class_for(self, frames_maker()));
}

/* The class of all sentinels: it has no line. */
static const char sentinels[] = "sentinels";

/* Until the thread ends: it is how others wait for that. */
void python_sentinel_made(PyObject *lock)
{
    struct thread *self = self_enter();

    if (self == NULL || checks_state != CHECKS_ON)
        return;
    births_note(lock, checks_class(self, ORIGIN_CREATED, sentinels, TRAIT_SIGNAL | TRAIT_SENTINEL));
    self->sentinel = lock;
}

void python_lock_dies(PyObject *lock, enum lock_type type)
{
    struct thread *self = self_enter(), *other = NULL;
    struct held *entry = self == NULL ? NULL : held_find(self, lock);
    lock_id id = identity_find(lock);

    if (entry != NULL) {
        held_remove(self, entry);
        held_trim(self);
    } else if (self != NULL && lock_is_taken(lock, type)) {
        while (threads_holding(self, lock, &other) > 0)
            held_disown(other, lock);
    }
    if (self != NULL)
        tracer_lock_gone(self, lock, births_class(lock),
                         type == TYPE_RLOCK ? LOCK_SCRIPT_RECURSIVE : LOCK_SCRIPT);
    births_forget(lock);
    if (id != 0)
        checks_gone(self, lock, id, false, false);
}

/* By its id it is found when it dies, and its name with it. */
void python_lock_named(PyObject *lock, const char *name)
{
    struct thread *self = self_enter();

    if (self != NULL && checks_state == CHECKS_ON && checks_id(self, lock) != 0)
        checks_name(self, lock, name);
}

void python_lock_is_signal(struct thread *self, const PyObject *lock)
{
    lock_id id = identity_find(lock);

    births_mark_signal(lock);
    checks_is_signal(self, births_class(lock));
    if (id != 0)
        checks_gone(self, lock, id, false, false);
}
