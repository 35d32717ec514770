/* SPDX-License-Identifier: MIT */
/* Waits for conditions, barriers and the end of threads.  Called around the real call. */
#include "preload/checks.h"

#include "base/hash.h"
#include "locks/chains.h"
#include "locks/threads.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/tracer.h"

#include <stddef.h>

static void check_wait_holding(struct thread *self, const char *what)
{
    if (checks_options != NULL && held_any(self))
        checks_misuse(self, &(struct misuse){.rule = "wait-holding",
                                             .level = checks_options->wait_holding,
                                             .before = what,
                                             .after = " is held",
                                             .verb = "waits"});
}

/* Whoever else waits for the condition must do so with the same mutex. */
static struct thread *waits_with_another(struct thread *self, const void *condition,
                                         const void *mutex)
{
    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        if (thread != self && thread->state == THREAD_LIVE &&
            __atomic_load_n(&thread->waits_on, __ATOMIC_ACQUIRE) == condition &&
            thread->acquiring != NULL && thread->acquiring != mutex)
            return thread;
    return NULL;
}

static void check_condition(struct thread *self, const void *condition,
                            const struct lock_request *mutex)
{
    uint64_t pair = hash_mix(hash_mix((uintptr_t)condition, 5), mutex->id);
    struct thread *other;
    struct guard guard;

    if (chains_know(pair, CHAIN_FOR_ALL))
        return;
    other = waits_with_another(self, condition, mutex->address);
    if (other != NULL)
        checks_misuse(
            self, &(struct misuse){.rule = "bad-destroy",
                                   .level = checks_options->bad_destroy,
                                   .before = "a condition variable is waited for with ",
                                   .after = " while another thread waits for it with another mutex",
                                   .verb = "waits with",
                                   .lock = mutex,
                                   .other = other,
                                   .other_verb = "waits; the mutex here is"});
    else if (guard_enter(self, &guard)) {
        chains_add(pair, CHAIN_FOR_ALL);
        guard_leave(self, &guard);
    }
}

/* While it waits, the thread has the mutex on top of what it holds, marked. */
bool checks_waiting(struct thread *self, const void *condition, const struct lock_request *mutex)
{
    struct held *entry = held_find(self, mutex->address);
    uint32_t again = entry == NULL ? 0 : entry->again;

    if (entry == NULL)
        return false;
    if (checks_apply(self))
        check_condition(self, condition, mutex);
    tracer_lock_released(self, entry);
    tracer_waits(self, condition, mutex->place);
    held_remove(self, entry);
    if (checks_apply(self) && held_any(self)) {
        check_wait_holding(self, "a condition variable is waited for while ");
        checks_order(self, mutex, false);
    }
    held_push(self, mutex, checks_chain(self, mutex));
    self->top->again = again;
    self->top->waited_for = true;
    self->wait_place = mutex->place;
    self->located = self->blocked = true;
    __atomic_store_n(&self->waits_on, condition, __ATOMIC_RELEASE);
    __atomic_store_n(&self->acquiring, mutex->address, __ATOMIC_RELEASE);
    return true;
}

void checks_waited(struct thread *self, const void *mutex)
{
    struct held *entry = held_find(self, mutex);

    if (entry != NULL) {
        entry->waited_for = false;
        tracer_woken(self, self->waits_on);
        checks_note_moment(self, entry);
    }
    self->located = self->blocked = false;
    __atomic_store_n(&self->waits_on, NULL, __ATOMIC_RELEASE);
    __atomic_store_n(&self->acquiring, NULL, __ATOMIC_RELEASE);
}

void checks_barrier(struct thread *self, const void *place)
{
    self->wait_place = place;
    check_wait_holding(self, "a barrier is waited for while ");
}

void checks_joining(struct thread *self, struct thread *joined, const void *place)
{
    const struct lock_request end = {.place = place};

    self->wait_place = place;
    __atomic_store_n(&joined->joined_for, true, __ATOMIC_RELEASE);
    __atomic_store_n(&self->joining, joined, __ATOMIC_RELEASE);
    checks_hold_interpreter(self);
    if (checks_apply(self) && joined->state == THREAD_LIVE)
        checks_deadlock(self, &end, joined);
}

void checks_join_ends(struct thread *self)
{
    checks_let_interpreter_go(self);
    self->located = self->blocked = false;
    self->script_top = NULL;
    __atomic_store_n(&self->joining, NULL, __ATOMIC_RELEASE);
}

void checks_joined(struct thread *self, struct thread *joined, uint32_t number, bool success)
{
    struct guard guard;

    if (!success || !guard_enter(self, &guard))
        return;
    if (joined->number == number) {
        segments_join(&checks_segments, &self->segment, joined->segment);
        threads_let_go(joined);
    }
    guard_leave(self, &guard);
}

/* ---- threads that are known by a sentinel ---- */

enum { SENTINELS = 1024 };

/* The latest ones whose threads have ended; under the guard. */
static struct ended {
    const void *sentinel;
    segment_id segment;
    uint32_t number;
} ended[SENTINELS];

static unsigned ended_count;

void checks_sentinel_ends(struct thread *self)
{
    struct guard guard;

    if (self->sentinel == NULL || !guard_enter(self, &guard))
        return;
    ended[ended_count++ % SENTINELS] = (struct ended){
        .sentinel = self->sentinel, .segment = self->segment, .number = self->number};
    guard_leave(self, &guard);
}

static struct ended find_ended(const void *sentinel)
{
    for (unsigned back = 1; back <= SENTINELS && back <= ended_count; back++)
        if (ended[(ended_count - back) % SENTINELS].sentinel == sentinel)
            return ended[(ended_count - back) % SENTINELS];
    return (struct ended){.number = 0};
}

uint32_t checks_joined_sentinel(struct thread *self, const struct thread *joined, uint32_t number,
                                const void *sentinel)
{
    struct guard guard;
    struct ended last;

    if (!guard_enter(self, &guard))
        return 0;
    if (joined != NULL && joined->number == number)
        last = (struct ended){.segment = joined->segment, .number = number};
    else
        last = find_ended(sentinel);
    if (last.segment != 0)
        segments_join(&checks_segments, &self->segment, last.segment);
    guard_leave(self, &guard);
    return last.number;
}
