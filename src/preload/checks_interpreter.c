/* SPDX-License-Identifier: MIT */
/*
 * The lock that an interpreter runs under, Python's GIL.  A thread has it nearly all the time,
 * and gives it back before it waits for a lock of a script: so it is an entry of what is held
 * only while the thread waits in native code.  Called with what python_gil.c has recognised.
 */
#include "preload/checks.h"

#include "base/hash.h"
#include "locks/births.h"
#include "locks/chains.h"
#include "locks/inversion.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/tracer.h"

#include <stddef.h>

static struct lock_request request_of(const struct thread *self)
{
    return (struct lock_request){.address = self->interpreter,
                                 .id = self->interpreter_id,
                                 .kind = LOCK_INTERPRETER,
                                 .mode = LOCK_WRITE,
                                 .wait = LOCK_BLOCKS};
}

void checks_hold_interpreter(struct thread *self)
{
    const struct lock_request request = request_of(self);

    if (self->interpreter != NULL && checks_options->gil_order != LEVEL_OFF &&
        (self->top + 1 < self->limit || held_make_room(self)))
        held_push(self, &request, checks_chain(self, &request));
}

void checks_let_interpreter_go(struct thread *self)
{
    if (self->top->kind == LOCK_INTERPRETER)
        held_pop(self);
}

/* A wait that was left by a jump leaves its entry behind. */
static void forget_stale(struct thread *self, const void *address)
{
    struct held *entry;

    while (held_any(self) && (entry = held_find(self, address)) != NULL)
        held_remove(self, entry);
}

/* Is a lock of that class the first one with which the GIL is taken? */
static bool is_first_of_class(struct thread *self, uint32_t lock_class)
{
    uint64_t key = hash_mix(lock_class, LOCK_INTERPRETER);
    struct guard guard;

    if (chains_know(key, CHAIN_FOR_ALL) || !guard_enter(self, &guard))
        return false;
    chains_add(key, CHAIN_FOR_ALL);
    guard_leave(self, &guard);
    return true;
}

/*
 * A script's lock leads on to the GIL whenever it is held over a call that waits, and to a
 * cycle only if a native lock leads to it.  Scripts make and drop such locks by the thousand:
 * one of each class is learned, and those that others lead to.
 *
 * importlib gives the GIL back for each file that it looks at, with its lock of the module
 * held: nothing native can contradict that order without contradicting others, too.
 */
static bool may_close_cycle(struct thread *self, const struct held *entry)
{
    if (entry->address == NULL || entry->kind == LOCK_IMPORT)
        return false;
    if (!lock_is_of_script((enum lock_kind)entry->kind))
        return true;
    lock_id id = entry->id != 0 ? entry->id : identity_find(entry->address);
    return (id != 0 && inversion_knows(id)) ||
           (!births_is_signal(entry->address) &&
            is_first_of_class(self, births_class(entry->address)));
}

static bool any_may_close_cycle(struct thread *self)
{
    bool any = false;

    for (const struct held *entry = self->top; entry > self->base; entry--)
        any |= may_close_cycle(self, entry);
    return any;
}

/* The thread may be on its way to another lock, and others read where. */
static __attribute__((noinline)) void learn_order(struct thread *self,
                                                  const struct lock_request *lock)
{
    const struct unwind_registers outer = self->blocked_at;

    unwind_here(&self->blocked_at);
    checks_order(self, lock, false);
    self->blocked_at = outer;
}

void checks_interpreter_wanted(struct thread *self, const struct lock_request *lock)
{
    self->wait_place = lock->place;
    self->outside.blocked = self->blocked;
    __atomic_store_n(&self->wanted_interpreter, lock->address, __ATOMIC_RELEASE);
    tracer_gil_waits(self, lock);
    if (checks_apply(self) && (held_any(self) || self->joined_for))
        checks_deadlock(self, lock, NULL);
}

static void end_wait(struct thread *self)
{
    __atomic_store_n(&self->wanted_interpreter, NULL, __ATOMIC_RELEASE);
    self->blocked = self->outside.blocked;
    self->located = self->acquiring != NULL || self->joining != NULL;
    if (!self->located)
        self->script_top = NULL;
}

void checks_interpreter_taken(struct thread *self, const struct lock_request *lock)
{
    if (self->wanted_interpreter != NULL)
        end_wait(self);
    if (!self->careful)
        held_carefully(self);
    tracer_gil_taken(self, lock);
    forget_stale(self, lock->address);
    self->interpreter = lock->address;
    self->interpreter_id = lock->id;
    if (checks_apply(self) && checks_options->gil_order != LEVEL_OFF && held_any(self) &&
        any_may_close_cycle(self))
        learn_order(self, lock);
}

void checks_interpreter_dropped(struct thread *self)
{
    if (self->interpreter != NULL)
        tracer_gil_dropped(self, self->interpreter);
    self->interpreter = NULL;
}
