/* SPDX-License-Identifier: MIT */
/*
 * Before and after an acquisition: its place in the order of locks, and whether it closes a
 * circle of waiting threads.  Called by wrappers; it must never block but for that moment in
 * which a deadlock becomes certain.
 */
#include "preload/checks.h"

#include "base/clock.h"
#include "base/memory.h"
#include "locks/chains.h"
#include "locks/deadlock.h"
#include "locks/graph_file.h"
#include "locks/inversion.h"
#include "locks/waits.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint64_t checks_chain(const struct thread *self, const struct lock_request *request)
{
    if (request->id == 0 && lock_is_of_script(request->kind) && !held_any(self))
        return held_chain_without_id(self, request->address);
    return held_chain(self->top->chain, held_word(request->id, request->mode, request->wait));
}

static bool has_error(const struct draft *drafts)
{
    while (drafts != NULL && drafts->finding.level != LEVEL_ERROR)
        drafts = drafts->next;
    return drafts != NULL;
}

/* On a stack of its own: most acquisitions are known, and come back before. */
static __attribute__((noinline)) const struct held *
learn_order(struct thread *self, const struct lock_request *request, bool refusable)
{
    struct script_stack script;
    struct draft *drafts = NULL;
    struct guard guard;
    const struct held *against;

    checks_read_script(self, &script);
    if (!guard_enter(self, &guard)) {
        self->script = NULL;
        return NULL;
    }
    against = inversion_acquiring(self, request, &self->blocked_at, refusable, &drafts);
    guard_leave(self, &guard);
    self->script = NULL;
    graph_file_write();
    bool is_new = has_error(drafts);
    bool is_told = checks_tell(drafts) == LEVEL_ERROR;
    return is_new && !is_told ? NULL : against; /* what is suppressed counts for nothing */
}

const struct held *checks_order(struct thread *self, const struct lock_request *request,
                                bool refusable)
{
    if (held_lacks_id(self))
        checks_settle(self);
    if (!held_any(self) || chains_know(checks_chain(self, request), self->chain_tag))
        return NULL;
    return learn_order(self, request, refusable);
}

/* The other threads wait, and what they are at in a script stays. */
static void read_scripts(struct waits *waits)
{
    waits->scripts = memory_take(waits->length * sizeof *waits->scripts);
    for (unsigned i = 1; i < waits->length && waits->scripts != NULL; i++) {
        const void *top = __atomic_load_n(&waits->waiters[i].thread->script_top, __ATOMIC_ACQUIRE);

        if (checks_script_of(top, &waits->scripts[i]) > 0)
            waits->waiters[i].script = &waits->scripts[i];
    }
}

void checks_tell_circle(struct thread *self, struct waits *waits)
{
    struct script_stack script;
    struct draft *drafts = NULL;
    struct guard guard;

    checks_read_script(self, &script);
    read_scripts(waits);
    if (guard_enter(self, &guard)) {
        for (unsigned i = 1; i < waits->length; i++)
            self_learn_name(waits->waiters[i].thread);
        deadlock_add(waits, &self->blocked_at, checks_options, &drafts);
        guard_leave(self, &guard);
    }
    self->script = NULL;
    checks_tell_deadlock(drafts);
}

/* What is so at one look may be chance; what is so for a moment will stay so. */
bool checks_circle_is_certain(const struct waits *waits)
{
    const struct timespec moment = {.tv_nsec = 2000000};

    for (unsigned look = 0; look < 3; look++) {
        if (!waits_hold(waits))
            return false;
        syscall(SYS_nanosleep, &moment, NULL);
    }
    return waits_hold(waits);
}

static void check_wait(struct thread *self, const struct lock_request *request,
                       struct thread *owner)
{
    int error = errno;
    struct waits *waits = waits_find(self, request, owner);

    if (waits != NULL && checks_circle_is_certain(waits))
        checks_tell_circle(self, waits);
    waits_free(waits);
    errno = error;
}

/* Code that interrupts a wait may wait for another lock; of several such, the first is kept. */
static void publish_wish(struct thread *self, const void *wanted)
{
    if (self->acquiring != NULL && self->outer.acquiring == NULL) {
        self->outer.place = self->wait_place;
        self->outer.script_top = self->script_top;
        self->outer.blocked = self->blocked;
        self->outer.acquiring = self->acquiring;
    }
    __atomic_store_n(&self->acquiring, wanted, __ATOMIC_RELEASE);
}

static void end_wish(struct thread *self)
{
    __atomic_store_n(&self->wanted_interpreter, NULL, __ATOMIC_RELEASE);
    self->located = self->outer.acquiring != NULL;
    self->blocked = self->located && self->outer.blocked;
    self->script_top = NULL;
    if (self->located) {
        self->wait_place = self->outer.place;
        self->script_top = self->outer.script_top;
        self->blocked_at = self->outer.at;
    }
    __atomic_store_n(&self->acquiring, self->outer.acquiring, __ATOMIC_RELEASE);
    self->outer.acquiring = NULL;
}

/*
 * Another thread that saw its lock free may be on its way into the real call, its wish still
 * in its processor's store buffer.  The buffer empties within this pause, which a thread that
 * is about to sleep does not miss.
 */
static void let_stores_arrive(void)
{
    for (unsigned i = 0; i < 100; i++)
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* What others may tell of it once it blocks. */
static void describe_wait(struct thread *self, const void *place, const void *script_top)
{
    self->wait_place = place;
    self->script_top = script_top;
    self->located = true;
}

static struct waits *find_circle(struct thread *self, const struct lock_request *request,
                                 struct thread *joined)
{
    int error = errno;
    struct waits *waits = NULL;

    checks_learn_script_name(self);
    self->blocked = true;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (checks_apply(self) && checks_options->deadlock != LEVEL_OFF) {
        let_stores_arrive();
        waits = waits_find(self, request, joined);
    }
    errno = error;
    return waits;
}

void checks_wants(struct thread *self, const struct lock_request *request, const void *script_top)
{
    if (self->script_name[0] == '\0' && !self->name_sought) {
        self->name_sought = true;
        checks_learn_script_name(self);
    }
    publish_wish(self, thread_wants(request));
    self->outside.blocked = self->blocked;
    __atomic_store_n(&self->wanted_interpreter, self->interpreter, __ATOMIC_RELEASE);
    describe_wait(self, request->place, script_top);
}

struct waits *checks_circle(struct thread *self, const struct lock_request *request)
{
    return find_circle(self, request, NULL);
}

struct waits *checks_join_circle(struct thread *self, struct thread *joined, const void *place)
{
    const struct lock_request end = {.place = place};

    describe_wait(self, place, checks_script_top());
    __atomic_store_n(&joined->joined_for, true, __ATOMIC_RELEASE);
    __atomic_store_n(&self->joining, joined, __ATOMIC_RELEASE);
    return joined->state == THREAD_LIVE ? find_circle(self, &end, joined) : NULL;
}

/* For something else, too: where it is in a script is known since then. */
static bool is_on_the_way(const struct thread *self)
{
    return self->wanted_interpreter != NULL && (self->acquiring != NULL || self->joining != NULL);
}

/* A cycle can only be closed by a thread that others wait for. */
void checks_deadlock(struct thread *self, const struct lock_request *request, struct thread *owner)
{
    if (!is_on_the_way(self))
        self->script_top = checks_script_top();
    self->located = self->blocked = true;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (checks_options->deadlock == LEVEL_OFF)
        return;
    if (owner != NULL && owner->state == THREAD_LIVE && !held_any(self) && !self->joined_for)
        return;
    let_stores_arrive();
    check_wait(self, request, owner);
}

void checks_acquiring(struct thread *self, const struct lock_request *request)
{
    if (request->wait == LOCK_BLOCKS) {
        publish_wish(self, thread_wants(request));
        self->located = true;
    }
    self->wait_place = request->place;
    if (request->wait != LOCK_TRIES)
        checks_hold_interpreter(self);
    if (checks_apply(self) && request->wait != LOCK_TRIES && held_any(self))
        checks_order(self, request, false);
}

void checks_blocks(struct thread *self, const struct lock_request *request, struct thread *owner)
{
    if (checks_apply(self) && request->wait == LOCK_BLOCKS)
        checks_deadlock(self, request, owner);
    if (request->wait != LOCK_TRIES)
        tracer_lock_waits(self, request, owner);
}

int64_t checks_now(void)
{
    return checks_options == NULL || checks_options->long_hold == LEVEL_OFF ? 0 : clock_of_kernel();
}

void checks_note_moment(struct thread *self, struct held *entry)
{
    if (tracer_is_on) {
        const struct lock_request request = held_request(entry);

        entry->since = tracer_lock_acquired(self, &request);
    } else {
        entry->since = checks_now();
    }
    if (entry->since != 0)
        entry->again |= HELD_SLOW;
}

void checks_acquired(struct thread *self, const struct lock_request *request, bool success)
{
    checks_let_interpreter_go(self);
    if (success && (self->top + 1 < self->limit || held_make_room(self))) {
        held_push(self, request, checks_chain(self, request));
        checks_note_moment(self, self->top);
    }
    if (!success)
        tracer_lock_failed(self, request);
    if (request->wait == LOCK_BLOCKS && self->acquiring == thread_wants(request))
        end_wish(self);
}

void checks_acquired_again(struct thread *self, const struct lock_request *request, bool again,
                           bool success)
{
    struct held *entry = again && success ? held_find(self, request->address) : NULL;

    if (entry != NULL)
        entry->again++;
    checks_acquired(self, request, success && entry == NULL);
}

void checks_self_deadlock(struct thread *self, const struct lock_request *request)
{
    if (checks_options != NULL)
        checks_misuse(self, &(struct misuse){.rule = "self-deadlock",
                                             .level = checks_options->self_deadlock,
                                             .before = "a thread waits for ",
                                             .after = " that it holds itself",
                                             .verb = "waits for",
                                             .lock = request,
                                             .is_deadlock = true});
}
