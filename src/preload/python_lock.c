/* SPDX-License-Identifier: MIT */
/*
 * What CPython calls in place of the methods of its locks.  All run in a thread that has the
 * GIL, or is attached.
 *
 * The fast paths serve a thread that holds nothing and a lock that seems free: its entry has
 * no id until another lock is acquired on top of it (held_chain_without_id()).  A lock that
 * one thread acquires and another one releases is a signal, no mutex: once it is known for
 * one, nobody holds it and nothing is said about it.
 *
 * A lock may seem free and be taken: a thread that waited for it has it, and says so when it has
 * the GIL again.  So whoever may come to wait shows what he wants before he looks.
 */
#include "preload/python_lock.h"

#include "locks/births.h"
#include "locks/inversion.h"
#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/python_join.h"
#include "preload/python_lock_call.h"
#include "preload/python_lock_life.h"
#include "preload/self.h"
#include "preload/tracer.h"
#include "python/frames.h"
#include "python/thread_handle.h"
#include "python/thread_name.h"
#include "report/script_place.h"

#include <stddef.h>

static const struct options *options;

/* ---- acquiring ---- */

static void raise_violation(const struct lock_request *request, const void *held_place)
{
    const struct script_place *here = script_place_at(request->place);
    const struct script_place *there = script_place_at(held_place);

    py.PyErr_Format(*py.PyExc_RuntimeError,
                    "Lock order violation: acquiring the lock at %s would contradict the order "
                    "of another one, which is held and was acquired at %s",
                    here == NULL ? "an unknown place" : here->text,
                    there == NULL ? "an unknown place" : there->text);
}

static void raise_deadlock(const struct lock_request *request)
{
    const struct script_place *here = script_place_at(request->place);

    py.PyErr_Format(*py.PyExc_RuntimeError,
                    "Lock order violation: waiting for the lock at %s would be for ever: its "
                    "holder waits for this thread",
                    here == NULL ? "an unknown place" : here->text);
}

static bool may_refuse(const struct call *call)
{
    return options->on_violation == ON_VIOLATION_RAISE && call->which != CALL_RESTORE;
}

/*
 * A lock that its own thread acquires again: some other thread is to release it.  But who has
 * it in a `with` block said that he would do that himself.
 */
static bool waits_for_itself(const struct held *entry, const struct thread *self)
{
    if (entry->scoped)
        return true;
    for (struct thread *other = NULL; (other = threads_next(other)) != NULL;)
        if (other != self && other->state == THREAD_LIVE)
            return false;
    return true;
}

static PyObject *acquire_again(struct thread *self, const struct call *call, struct held *entry,
                               const struct lock_request *request)
{
    PyObject *result;

    if (call->type == TYPE_RLOCK) {
        result = call_real(call);
        entry = held_find(self, call->lock);
        if (result == (PyObject *)py._Py_TrueStruct && entry != NULL)
            entry->again++;
        return result;
    }
    if (request->wait == LOCK_TRIES || !lock_is_taken(call->lock, call->type))
        return call_real(call);
    if (request->wait == LOCK_BLOCKS && waits_for_itself(entry, self)) {
        const void *place = entry->place;

        checks_self_deadlock(self, request);
        if (may_refuse(call) && options->self_deadlock == LEVEL_ERROR) {
            raise_violation(request, place);
            return NULL;
        }
        return call_real(call);
    }
    held_remove(self, entry);
    held_trim(self);
    python_lock_is_signal(self, call->lock);
    return call_real(call);
}

static void tell_wait(struct thread *self, const struct lock_request *request)
{
    struct thread *owner = NULL;

    threads_holding(self, request->address, &owner);
    tracer_lock_waits(self, request, owner);
}

/*
 * Up to 3.12 a lock says that it is taken only once the thread that got it has the GIL, too: one
 * that seems free may be waited for all the same.
 */
static PyObject *call_traced(struct thread *self, const struct call *call,
                             const struct lock_request *request)
{
    if (lock_is_taken(call->lock, call->type))
        tell_wait(self, request);
    else
        self->may_wait_for = request;
    PyObject *result = call_real(call);
    self->may_wait_for = NULL;
    return result;
}

static PyObject *acquire_other(struct thread *self, const struct call *call,
                               struct lock_request *request)
{
    const struct held *against = NULL;
    bool is_nested = held_any(self);

    if (is_nested) {
        request->id = checks_id(self, call->lock);
        if (request->wait != LOCK_TRIES && self->ignoring == 0)
            against = checks_order(self, request, may_refuse(call));
    }
    if (against != NULL && may_refuse(call)) {
        raise_violation(request, against->place);
        return NULL;
    }
    if (!held_any(self))
        request->id = 0; /* a signal was all that it held */
    if (request->wait == LOCK_BLOCKS)
        checks_wants(self, request, frames_top_attached());
    if (request->wait == LOCK_BLOCKS && lock_is_taken(call->lock, call->type) &&
        python_wait_begins(self, checks_circle(self, request)) && may_refuse(call) &&
        options->deadlock == LEVEL_ERROR) {
        checks_acquired(self, request, false);
        raise_deadlock(request);
        return NULL;
    }
    PyObject *result = tracer_is_on && request->wait != LOCK_TRIES
                           ? call_traced(self, call, request)
                           : call_real(call);
    checks_acquired(self, request, call_succeeded(call->which, result));
    if (call->which == CALL_ENTER && call_succeeded(call->which, result) &&
        self->top->address == call->lock)
        self->top->scoped = true;
    return result;
}

/* The thread waits for what another one will do. */
static PyObject *await_signal(struct thread *self, const struct call *call, enum lock_wait wait)
{
    bool waits = wait != LOCK_TRIES && tracer_is_on && lock_is_taken(call->lock, call->type);

    if (waits)
        tracer_waits(self, call->lock, frames_line()->place);
    PyObject *result = call_real(call);
    if (waits)
        tracer_woken(self, call->lock);
    return result;
}

/* The thread had ended already. */
static void tell_late_join(struct thread *self, uint32_t number, enum lock_wait wait)
{
    if (wait == LOCK_TRIES) {
        tracer_seen_ended(self, number);
        return;
    }
    tracer_joins(self, number, NULL);
    tracer_joined(self, number, true);
}

/* It may be what a thread holds as long as it runs. */
static PyObject *acquire_signal(struct thread *self, const struct call *call, enum lock_wait wait)
{
    unsigned traits = class_at(births_class(call->lock)).traits;
    struct thread *joined;
    struct python_join join;

    if ((traits & TRAIT_SENTINEL) == 0 || self->sentinel == (const void *)call->lock)
        return await_signal(self, call, wait);
    joined = python_join_thread(self, call->lock);
    unwind_here(checks_here(self));
    python_join_begin(&join, self, joined, wait);
    PyObject *result = call_real(call);
    bool success = call_succeeded(call->which, result);
    python_join_end(&join, success);
    uint32_t number =
        success ? checks_joined_sentinel(self, join.joined, join.number, call->lock) : 0;
    if (join.joined == NULL && number != 0)
        tell_late_join(self, number, wait);
    return result;
}

static PyObject *acquire_slowly(const struct call *call, enum lock_wait wait)
{
    struct thread *self = self_enter();

    if (self == NULL || checks_state != CHECKS_ON)
        return call_real(call);
    if (births_is_signal(call->lock))
        return acquire_signal(self, call, wait);
    struct lock_request request = {.address = call->lock,
                                   .place = frames_line()->place,
                                   .kind = call_kind(call->type),
                                   .wait = wait};
    struct held *entry = held_any(self) ? held_find(self, call->lock) : NULL;
    unwind_here(checks_here(self));
    self->runs_script = true;
    PyObject *result = entry != NULL ? acquire_again(self, call, entry, &request)
                                     : acquire_other(self, call, &request);
    self->runs_script = false;
    return result;
}

/* ---- releasing ---- */

/* Somebody else has it, or nobody whom we know: whoever does this doesn't use it as a mutex. */
static void release_of_other(struct thread *self, const PyObject *lock, enum lock_type type)
{
    struct thread *owner = NULL;

    if (type == TYPE_RLOCK || births_is_signal(lock) || threads_holding(self, lock, &owner) == 0)
        return;
    held_disown(owner, lock);
    python_lock_is_signal(self, lock);
}

/* ---- fast paths: each is compiled for its method, and keeps a call's parts in registers ---- */

#define CALL_PARTS \
    PyObject *lock, void *a, void *b, void *c, enum lock_type type, enum lock_call which
#define CALL                       \
    (const struct call)            \
    {                              \
        lock, a, b, c, type, which \
    }

static __attribute__((noinline)) PyObject *acquire_blocking(CALL_PARTS)
{
    return acquire_slowly(&CALL, LOCK_BLOCKS);
}

static __attribute__((noinline)) PyObject *acquire_as_told(CALL_PARTS)
{
    return acquire_slowly(&CALL, call_wait(&CALL));
}

/* The thread holds nothing, and the lock seems to be free. */
static inline bool is_simple(const struct thread *self, const PyObject *lock, enum lock_type type)
{
    return !held_any(self) && self->top + 1 < self->script_end && !lock_is_taken(lock, type);
}

/* Code of the program may have run meanwhile, that of a signal handler. */
static __attribute__((noinline)) void
set_right(struct thread *self, PyObject *lock, enum lock_kind kind, const void *place, bool success)
{
    const struct lock_request request = {
        .address = lock, .place = place, .kind = kind, .wait = LOCK_BLOCKS};
    struct held *entry = held_find(self, NULL);

    if (entry != NULL && entry->wanted == lock)
        held_remove(self, entry);
    if (success)
        checks_acquired(self, &request, true);
}

static inline __attribute__((always_inline)) PyObject *acquire(CALL_PARTS)
{
    struct thread *self = thread_self;

    if (!is_simple(self, lock, type))
        return acquire_blocking(lock, a, b, c, type, which);
    const struct lock_request request = {.address = lock,
                                         .place = frames_line()->place,
                                         .kind = call_kind(type),
                                         .wait = LOCK_BLOCKS};
    struct held *entry = held_reserve(self, &request, held_chain_without_id(self, lock));
    PyObject *result = lock_real.methods[type][which](lock, a, b, c);
    bool success = call_succeeded(which, result);
    if (self->top != entry || entry->wanted != lock) {
        set_right(self, lock, request.kind, request.place, success);
    } else if (success) {
        entry->scoped = which == CALL_ENTER;
        held_fill(entry);
    } else {
        held_give_up(self);
    }
    return result;
}

static inline __attribute__((always_inline)) PyObject *acquire_with_arguments(CALL_PARTS)
{
    return call_has_arguments(lock_real.flags[type][which], a, b, c)
               ? acquire_as_told(lock, a, b, c, type, which)
               : acquire(lock, a, b, c, type, which);
}

static __attribute__((noinline)) PyObject *release_slowly(CALL_PARTS)
{
    struct thread *self = self_enter();

    if (self != NULL && checks_state == CHECKS_ON && !checks_releasing(self, lock))
        release_of_other(self, lock, type);
    return call_real(&CALL);
}

static inline __attribute__((always_inline)) PyObject *release(CALL_PARTS)
{
    struct thread *self = thread_self;

    if (self->top->address != lock || self->top->again != 0)
        return release_slowly(lock, a, b, c, type, which);
    held_pop(self);
    return lock_real.methods[type][which](lock, a, b, c);
}

/* ---- a condition is waited for with an RLock ---- */

static PyObject *release_save(CALL_PARTS)
{
    struct thread *self = self_enter();
    struct held *entry = self == NULL ? NULL : held_find(self, lock);

    if (entry != NULL) {
        tracer_lock_released(self, entry);
        held_remove(self, entry);
        held_trim(self);
    }
    return call_real(&CALL);
}

/* The state that _release_save() returned: (count, owner). */
static PyObject *acquire_restore(CALL_PARTS)
{
    PyObject *state = a;
    PyObject *count =
        state == NULL || py.PyTuple_Size(state) < 1 ? NULL : py.PyTuple_GetItem(state, 0);
    long times = count == NULL ? 1 : py.PyLong_AsLong(count);

    py.PyErr_Clear();
    PyObject *result = acquire_slowly(&CALL, LOCK_BLOCKS);
    struct held *entry = result == NULL ? NULL : held_find(thread_self, lock);
    if (entry != NULL && times > 1)
        entry->again += (uint32_t)times - 1;
    return result;
}

/* In the child of a fork: whoever had it is no more. */
static PyObject *reinit(CALL_PARTS)
{
    struct thread *self = self_enter(), *other = NULL;
    struct held *entry = self == NULL ? NULL : held_find(self, lock);

    if (entry != NULL)
        held_remove(self, entry);
    while (self != NULL && threads_holding(self, lock, &other) > 0)
        held_disown(other, lock);
    return call_real(&CALL);
}

/* ---- the methods as CPython calls them ---- */

#define METHOD(name, type, which, action)                            \
    static PyObject *name(PyObject *lock, void *a, void *b, void *c) \
    {                                                                \
        return action(lock, a, b, c, type, which);                   \
    }

METHOD(lock_enter, TYPE_LOCK, CALL_ENTER, acquire)
METHOD(rlock_enter, TYPE_RLOCK, CALL_ENTER, acquire)
METHOD(lock_acquire, TYPE_LOCK, CALL_ACQUIRE, acquire_with_arguments)
METHOD(rlock_acquire, TYPE_RLOCK, CALL_ACQUIRE, acquire_with_arguments)
METHOD(lock_release, TYPE_LOCK, CALL_RELEASE, release)
METHOD(rlock_release, TYPE_RLOCK, CALL_RELEASE, release)
METHOD(lock_exit, TYPE_LOCK, CALL_EXIT, release)
METHOD(rlock_exit, TYPE_RLOCK, CALL_EXIT, release)
METHOD(rlock_save, TYPE_RLOCK, CALL_SAVE, release_save)
METHOD(rlock_restore, TYPE_RLOCK, CALL_RESTORE, acquire_restore)
METHOD(lock_reinit, TYPE_LOCK, CALL_REINIT, reinit)
METHOD(rlock_reinit, TYPE_RLOCK, CALL_REINIT, reinit)

/* ---- start ---- */

static const struct lock_watch watch = {
    .methods =
        {
            [TYPE_LOCK] = {[CALL_ACQUIRE] = lock_acquire,
                           [CALL_ENTER] = lock_enter,
                           [CALL_RELEASE] = lock_release,
                           [CALL_EXIT] = lock_exit,
                           [CALL_REINIT] = lock_reinit},
            [TYPE_RLOCK] = {[CALL_ACQUIRE] = rlock_acquire,
                            [CALL_ENTER] = rlock_enter,
                            [CALL_RELEASE] = rlock_release,
                            [CALL_EXIT] = rlock_exit,
                            [CALL_SAVE] = rlock_save,
                            [CALL_RESTORE] = rlock_restore,
                            [CALL_REINIT] = rlock_reinit},
        },
    .made = python_lock_made,
    .made_sentinel = python_sentinel_made,
    .dies = python_lock_dies,
    .named = python_lock_named,
};

static const struct checks_scripts scripts = {.lines = frames_stack,
                                              .name = thread_name_here,
                                              .top = frames_top,
                                              .top_of = frames_top_of,
                                              .lines_of = frames_stack_of};

void python_lock_watch(const struct options *given)
{
    options = given;
    checks_follow_scripts(&scripts);
    lock_type_watch(&watch);
    thread_handle_watch(python_join);
}
