/* SPDX-License-Identifier: MIT */
/*
 * What CPython calls in place of the methods of its locks.  All run in a thread that has the
 * GIL, or is attached.
 *
 * The fast paths serve a thread that holds nothing and a lock that seems free: its entry has
 * no id until another lock is acquired on top of it (held_chain_without_id()).  A lock that
 * one thread acquires and another one releases is a signal, no mutex: once it is known for
 * one, nobody holds it and nothing is said about it.
 */
#include "preload/python_lock.h"

#include "locks/births.h"
#include "locks/inversion.h"
#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/python_join.h"
#include "preload/self.h"
#include "python/frames.h"
#include "python/lock_type.h"
#include "python/thread_handle.h"
#include "python/thread_name.h"
#include "report/script_place.h"

#include <stddef.h>

static const struct options *options;

/* A call of a method, with its arguments as they came. */
struct call {
    PyObject *lock;
    void *a, *b, *c;
    enum lock_type type;
    enum lock_call which;
};

static PyObject *real_call(const struct call *call)
{
    return lock_real.methods[call->type][call->which](call->lock, call->a, call->b, call->c);
}

static enum lock_kind kind_of(enum lock_type type)
{
    return type == TYPE_LOCK ? LOCK_SCRIPT : LOCK_SCRIPT_RECURSIVE;
}

/* ---- signals ---- */

/* Its edges are those of a mutex, and go. */
static void be_signal(struct thread *self, const PyObject *lock)
{
    lock_id id = identity_find(lock);

    births_mark_signal(lock);
    if (id != 0)
        checks_gone(self, lock, id, false, false);
}

/* ---- arguments of acquire(blocking=True, timeout=-1) ---- */

static PyObject *keyword(const struct call *call, int flags, const char *name)
{
    PyObject *const *values = call->a;
    ssize_t positional = (ssize_t)(intptr_t)call->b;
    PyObject *names = call->c;

    if ((flags & METH_FASTCALL) == 0)
        return call->b == NULL ? NULL : py.PyDict_GetItemString(call->b, name);
    for (ssize_t i = 0; names != NULL && i < py.PyTuple_Size(names); i++)
        if (py.PyUnicode_CompareWithASCIIString(py.PyTuple_GetItem(names, i), name) == 0)
            return values[positional + i];
    return NULL;
}

static PyObject *argument(const struct call *call, ssize_t index, const char *name)
{
    int flags = lock_real.flags[call->type][call->which];
    ssize_t count =
        (flags & METH_FASTCALL) != 0 ? (ssize_t)(intptr_t)call->b : py.PyTuple_Size(call->a);

    if (index >= count)
        return keyword(call, flags, name);
    return (flags & METH_FASTCALL) != 0 ? ((PyObject *const *)call->a)[index]
                                        : py.PyTuple_GetItem(call->a, index);
}

/* What can't be understood is refused by the real method. */
static enum lock_wait wait_of(const struct call *call)
{
    PyObject *blocking = argument(call, 0, "blocking"), *timeout = argument(call, 1, "timeout");
    enum lock_wait wait = LOCK_BLOCKS;

    if (blocking != NULL && py.PyObject_IsTrue(blocking) == 0)
        wait = LOCK_TRIES;
    else if (timeout != NULL && py.PyFloat_AsDouble(timeout) >= 0)
        wait = LOCK_TIMED;
    py.PyErr_Clear();
    return wait;
}

static bool has_arguments(const struct call *call)
{
    int flags = lock_real.flags[call->type][call->which];

    if ((flags & METH_NOARGS) != 0)
        return false;
    if ((flags & METH_FASTCALL) != 0)
        return call->b != NULL || call->c != NULL;
    return call->b != NULL || py.PyTuple_Size(call->a) != 0;
}

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
        result = real_call(call);
        entry = held_find(self, call->lock);
        if (result == (PyObject *)py._Py_TrueStruct && entry != NULL)
            entry->again++;
        return result;
    }
    if (request->wait == LOCK_TRIES || !lock_is_taken(call->lock, call->type))
        return real_call(call);
    if (request->wait == LOCK_BLOCKS && waits_for_itself(entry, self)) {
        const void *place = entry->place;

        checks_self_deadlock(self, request);
        if (may_refuse(call) && options->self_deadlock == LEVEL_ERROR) {
            raise_violation(request, place);
            return NULL;
        }
        return real_call(call);
    }
    held_remove(self, entry);
    held_trim(self);
    be_signal(self, call->lock);
    return real_call(call);
}

static bool succeeded(const struct call *call, const PyObject *result)
{
    return call->which == CALL_RESTORE ? result != NULL
                                       : result == (const PyObject *)py._Py_TrueStruct;
}

static PyObject *acquire_other(struct thread *self, const struct call *call,
                               struct lock_request *request)
{
    const struct held *against = NULL;
    bool is_nested = held_any(self);

    if (is_nested) {
        request->id = checks_id(self, call->lock, NULL);
        if (request->wait != LOCK_TRIES && self->ignoring == 0)
            against = checks_order(self, request, may_refuse(call));
    }
    if (against != NULL && may_refuse(call)) {
        raise_violation(request, against->place);
        return NULL;
    }
    if (!held_any(self))
        request->id = 0; /* a signal was all that it held */
    if (request->wait == LOCK_BLOCKS && lock_is_taken(call->lock, call->type))
        python_wait_begins(self, checks_circle(self, request));
    PyObject *result = real_call(call);
    checks_acquired(self, request, succeeded(call, result));
    if (call->which == CALL_ENTER && succeeded(call, result) && self->top->address == call->lock)
        self->top->scoped = true;
    return result;
}

/* It may be what a thread holds as long as it runs. */
static PyObject *acquire_signal(struct thread *self, const struct call *call, enum lock_wait wait)
{
    unsigned traits = class_at(births_class(call->lock)).traits;
    struct thread *joined;
    struct python_join join;

    if ((traits & TRAIT_SENTINEL) == 0 || self->sentinel == (const void *)call->lock)
        return real_call(call);
    joined = python_join_thread(self, call->lock);
    unwind_here(&self->blocked_at);
    python_join_begin(&join, self, joined, wait == LOCK_BLOCKS);
    PyObject *result = real_call(call);
    python_join_end(&join);
    if (succeeded(call, result))
        checks_joined_sentinel(self, join.joined, join.number, call->lock);
    return result;
}

static __attribute__((noinline)) PyObject *acquire_slowly(const struct call *call,
                                                          enum lock_wait wait)
{
    struct thread *self = self_enter();

    if (self == NULL || checks_state != CHECKS_ON)
        return real_call(call);
    if (births_is_signal(call->lock))
        return acquire_signal(self, call, wait);
    struct lock_request request = {.address = call->lock,
                                   .place = frames_line()->place,
                                   .kind = kind_of(call->type),
                                   .wait = wait};
    struct held *entry = held_any(self) ? held_find(self, call->lock) : NULL;
    unwind_here(&self->blocked_at);
    self->runs_script = true;
    PyObject *result = entry != NULL ? acquire_again(self, call, entry, &request)
                                     : acquire_other(self, call, &request);
    self->runs_script = false;
    return result;
}

/* The thread holds nothing, and the lock seems to be free. */
static inline bool is_simple(const struct thread *self, const PyObject *lock, enum lock_type type)
{
    return !held_any(self) && self->top + 1 < self->end && !lock_is_taken(lock, type);
}

/* Code of the program may have run meanwhile, that of a signal handler. */
static __attribute__((noinline)) void set_right(struct thread *self, const struct call *call,
                                                const struct lock_request *request, bool success)
{
    struct held *entry = held_find(self, NULL);

    if (entry != NULL && entry->wanted == call->lock)
        held_remove(self, entry);
    if (success)
        checks_acquired(self, request, true);
}

static inline PyObject *acquire(const struct call *call, bool scoped)
{
    struct thread *self = thread_self;

    if (!is_simple(self, call->lock, call->type))
        return acquire_slowly(call, LOCK_BLOCKS);
    const struct lock_request request = {.address = call->lock,
                                         .place = frames_line()->place,
                                         .kind = kind_of(call->type),
                                         .wait = LOCK_BLOCKS};
    struct held *entry = held_reserve(self, &request, held_chain_without_id(self, call->lock));
    PyObject *result = real_call(call);
    bool success = succeeded(call, result);
    if (self->top != entry || entry->wanted != call->lock) {
        set_right(self, call, &request, success);
    } else if (success) {
        entry->scoped = scoped;
        held_fill(entry);
    } else {
        held_give_up(self);
    }
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
    be_signal(self, lock);
}

static __attribute__((noinline)) PyObject *release_slowly(const struct call *call)
{
    struct thread *self = self_enter();

    if (self != NULL && checks_state == CHECKS_ON && !checks_releasing(self, call->lock))
        release_of_other(self, call->lock, call->type);
    return real_call(call);
}

static inline PyObject *release(const struct call *call)
{
    struct thread *self = thread_self;

    if (self->top->address != call->lock || self->top->again != 0)
        return release_slowly(call);
    held_pop(self);
    return real_call(call);
}

/* ---- a condition is waited for with an RLock ---- */

static PyObject *release_save(const struct call *call)
{
    struct thread *self = self_enter();
    struct held *entry = self == NULL ? NULL : held_find(self, call->lock);

    if (entry != NULL) {
        held_remove(self, entry);
        held_trim(self);
    }
    return real_call(call);
}

/* The state that _release_save() returned: (count, owner). */
static PyObject *acquire_restore(const struct call *call)
{
    PyObject *state = call->a;
    PyObject *count =
        state == NULL || py.PyTuple_Size(state) < 1 ? NULL : py.PyTuple_GetItem(state, 0);
    long times = count == NULL ? 1 : py.PyLong_AsLong(count);

    py.PyErr_Clear();
    PyObject *result = acquire_slowly(call, LOCK_BLOCKS);
    struct held *entry = result == NULL ? NULL : held_find(thread_self, call->lock);
    if (entry != NULL && times > 1)
        entry->again += (uint32_t)times - 1;
    return result;
}

/* In the child of a fork: whoever had it is no more. */
static PyObject *reinit(const struct call *call)
{
    struct thread *self = self_enter(), *other = NULL;
    struct held *entry = self == NULL ? NULL : held_find(self, call->lock);

    if (entry != NULL)
        held_remove(self, entry);
    while (self != NULL && threads_holding(self, call->lock, &other) > 0)
        held_disown(other, call->lock);
    return real_call(call);
}

/* ---- the methods as CPython calls them ---- */

#define METHOD(name, type, which, ...)                               \
    static PyObject *name(PyObject *lock, void *a, void *b, void *c) \
    {                                                                \
        const struct call call = {lock, a, b, c, type, which};       \
        return __VA_ARGS__;                                          \
    }

METHOD(lock_enter, TYPE_LOCK, CALL_ENTER, acquire(&call, true))
METHOD(rlock_enter, TYPE_RLOCK, CALL_ENTER, acquire(&call, true))
METHOD(lock_acquire, TYPE_LOCK, CALL_ACQUIRE,
       has_arguments(&call) ? acquire_slowly(&call, wait_of(&call)) : acquire(&call, false))
METHOD(rlock_acquire, TYPE_RLOCK, CALL_ACQUIRE,
       has_arguments(&call) ? acquire_slowly(&call, wait_of(&call)) : acquire(&call, false))
METHOD(lock_release, TYPE_LOCK, CALL_RELEASE, release(&call))
METHOD(rlock_release, TYPE_RLOCK, CALL_RELEASE, release(&call))
METHOD(lock_exit, TYPE_LOCK, CALL_EXIT, release(&call))
METHOD(rlock_exit, TYPE_RLOCK, CALL_EXIT, release(&call))
METHOD(rlock_save, TYPE_RLOCK, CALL_SAVE, release_save(&call))
METHOD(rlock_restore, TYPE_RLOCK, CALL_RESTORE, acquire_restore(&call))
METHOD(lock_reinit, TYPE_LOCK, CALL_REINIT, reinit(&call))
METHOD(rlock_reinit, TYPE_RLOCK, CALL_REINIT, reinit(&call))

/* ---- locks come and go ---- */

static uint32_t class_for(struct thread *self, const struct code_line *line)
{
    unsigned traits = (line->traits & (CODE_STANDARD | CODE_INSTALLED) ? TRAIT_LIBRARY : 0u) |
                      (line->traits & CODE_STANDARD ? TRAIT_STANDARD : 0u) |
                      (line->traits & CODE_SIGNALS ? TRAIT_SIGNAL : 0u);

    return line->place == NULL ? 0 : checks_class(self, ORIGIN_CREATED, line->place, traits);
}

static void lock_made(PyObject *lock, enum lock_type type)
{
    struct thread *self = self_enter();

    (void)type;
    if (self == NULL || checks_state != CHECKS_ON)
        return;
    if (!frames_know_library())
        frames_learn_library();
    births_note(lock, class_for(self, frames_maker()));
}

static const struct lock_watch watch;

/* Until the thread ends: it is how others wait for that. */
static void sentinel_made(PyObject *lock)
{
    struct thread *self = self_enter();

    if (self == NULL || checks_state != CHECKS_ON)
        return;
    births_note(lock, checks_class(self, ORIGIN_CREATED, &watch, TRAIT_SIGNAL | TRAIT_SENTINEL));
    self->sentinel = lock;
}

static void lock_dies(PyObject *lock, enum lock_type type)
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
    births_forget(lock);
    if (id != 0)
        checks_gone(self, lock, id, false, false);
}

/* By its id it is found when it dies, and its name with it. */
static void lock_named(PyObject *lock, const char *name)
{
    struct thread *self = self_enter();

    if (self != NULL && checks_state == CHECKS_ON && checks_id(self, lock, NULL) != 0)
        checks_name(self, lock, name);
}

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
    .made = lock_made,
    .made_sentinel = sentinel_made,
    .dies = lock_dies,
    .named = lock_named,
};

static const struct checks_scripts scripts = {.lines = frames_stack,
                                              .name = thread_name_here,
                                              .top = frames_top,
                                              .lines_of = frames_stack_of};

void python_lock_watch(const struct options *given)
{
    options = given;
    if (!births_open())
        return;
    checks_follow_scripts(&scripts);
    lock_type_watch(&watch);
    thread_handle_watch(python_join);
}
