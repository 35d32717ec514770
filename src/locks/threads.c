/* SPDX-License-Identifier: MIT */
/*
 * The table of threads.  Called as threads come and go, and by the walk over the wait-for
 * graph; it must never unmap a record.
 */
#include "locks/threads.h"

#include "base/hash.h"
#include "base/table.h"
#include "locks/chains.h"

enum { SLOTS = 1 << 14 };

static struct table threads = TABLE_OF(struct thread);
static uint32_t next_number, next_tag;
static uint32_t free_hint = 1; /* no free record below it */

/* Records of one hash: the one named last is tried before all are walked. */
struct slot {
    uint32_t last;
    uint32_t records; /* how many have such a name now; never too few */
};
static struct slot by_tid[SLOTS], by_handle[SLOTS];

static struct slot *slot_of_tid(pid_t tid)
{
    return &by_tid[(uint32_t)tid % SLOTS];
}

static struct slot *slot_of_handle(uintptr_t handle)
{
    return &by_handle[hash_mix(handle, 0) % SLOTS];
}

/* Before the name is written. */
static void slot_enter(struct slot *slot, const struct thread *thread)
{
    __atomic_store_n(&slot->last, thread->index, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->records, slot->records + 1, __ATOMIC_RELEASE);
}

/* After it was wiped. */
static void slot_leave(struct slot *slot)
{
    __atomic_store_n(&slot->records, slot->records - 1, __ATOMIC_RELEASE);
}

static void set_tid(struct thread *thread, pid_t tid)
{
    pid_t before = thread->tid;

    if (tid != 0)
        slot_enter(slot_of_tid(tid), thread);
    __atomic_store_n(&thread->tid, tid, __ATOMIC_RELEASE);
    if (before != 0)
        slot_leave(slot_of_tid(before));
}

static void set_handle(struct thread *thread, uintptr_t handle)
{
    uintptr_t before = thread->handle;

    if (handle != 0)
        slot_enter(slot_of_handle(handle), thread);
    __atomic_store_n(&thread->handle, handle, __ATOMIC_RELEASE);
    if (before != 0)
        slot_leave(slot_of_handle(before));
}

static struct thread *at(uint32_t index)
{
    return table_at(&threads, index);
}

static uint32_t count(void)
{
    return __atomic_load_n(&threads.count, __ATOMIC_ACQUIRE);
}

static uint32_t free_record(void)
{
    for (uint32_t index = free_hint; index < threads.count; index++)
        if (at(index)->state == THREAD_FREE) {
            free_hint = index + 1;
            return index;
        }
    uint32_t added = table_add(&threads);
    free_hint = threads.count;
    return added;
}

static void make_free(struct thread *thread)
{
    thread->state = THREAD_FREE;
    set_tid(thread, 0);
    set_handle(thread, 0);
    if (thread->index < free_hint)
        free_hint = thread->index;
}

/* libc gives a new thread the handle of one that was detached and is gone. */
static void forget_namesake(uintptr_t handle)
{
    struct thread *old = handle == 0 ? NULL : threads_by_handle(handle);

    if (old != NULL && old->state == THREAD_ENDED)
        threads_let_go(old);
}

void threads_name(struct thread *thread, pid_t tid, uintptr_t handle)
{
    if (thread->handle != handle)
        forget_namesake(handle);
    set_tid(thread, tid);
    set_handle(thread, handle);
}

void threads_learn_anew(struct thread *thread)
{
    thread->chain_tag = chain_tag(++next_tag);
    chains_lose_some();
}

struct thread *threads_enter(pid_t tid, uintptr_t handle)
{
    uint32_t index;

    forget_namesake(handle);
    index = free_record();
    if (index == 0)
        return NULL;
    struct thread *thread = at(index), kept = *thread;
    *thread = (struct thread){.base = kept.base,
                              .top = kept.base,
                              .end = kept.script_end,
                              .script_end = kept.script_end,
                              .limit = kept.limit,
                              .trace = kept.trace,
                              .next_id = kept.next_id,
                              .last_id = kept.last_id,
                              .index = index,
                              .number = ++next_number};
    threads_learn_anew(thread);
    if (thread->base == NULL && !held_make_room(thread))
        return NULL;
    __atomic_store_n(&thread->state, THREAD_LIVE, __ATOMIC_RELEASE);
    threads_name(thread, tid, handle);
    return thread;
}

void threads_end(struct thread *thread)
{
    held_trim(thread);
    thread->acquiring = NULL;
    thread->wanted_interpreter = NULL;
    thread->joining = NULL;
    if (thread->joinable || held_any(thread))
        thread->state = THREAD_ENDED;
    else
        make_free(thread);
}

/* What an ended thread holds stays known: somebody may wait for it. */
void threads_let_go(struct thread *thread)
{
    thread->joinable = false;
    set_handle(thread, 0);
    if (thread->state == THREAD_ENDED && !held_any(thread))
        make_free(thread);
}

void threads_forked(struct thread *self, pid_t tid)
{
    for (uint32_t index = 1; index < threads.count; index++) {
        struct thread *thread = at(index);

        thread->next_id = thread->last_id = 0; /* the parent goes on with these */
        if (thread == self || thread->state == THREAD_FREE)
            continue;
        thread->acquiring = NULL;
        thread->wanted_interpreter = NULL;
        thread->joining = NULL;
        thread->joinable = false;
        set_handle(thread, 0);
        if (held_any(thread))
            thread->state = THREAD_MISSING;
        else
            make_free(thread);
    }
    if (self != NULL)
        set_tid(self, tid);
}

/* A tid comes again once its thread has ended, even if nobody joined that one. */
struct thread *threads_by_tid(pid_t tid)
{
    const struct slot *slot = slot_of_tid(tid);
    struct thread *ended = NULL;

    if (tid == 0 || __atomic_load_n(&slot->records, __ATOMIC_ACQUIRE) == 0)
        return NULL;
    uint32_t last = __atomic_load_n(&slot->last, __ATOMIC_RELAXED);
    if (at(last)->tid == tid && at(last)->state == THREAD_LIVE)
        return at(last);
    for (uint32_t index = count(); index-- > 1;) {
        if (at(index)->tid != tid || at(index)->state == THREAD_FREE)
            continue;
        if (at(index)->state == THREAD_LIVE)
            return at(index);
        ended = at(index);
    }
    return ended;
}

struct thread *threads_by_handle(uintptr_t handle)
{
    const struct slot *slot = slot_of_handle(handle);

    if (handle == 0 || __atomic_load_n(&slot->records, __ATOMIC_ACQUIRE) == 0)
        return NULL;
    uint32_t last = __atomic_load_n(&slot->last, __ATOMIC_RELAXED);
    if (at(last)->handle == handle && at(last)->state != THREAD_FREE)
        return at(last);
    for (uint32_t index = count(); index-- > 1;)
        if (at(index)->handle == handle && at(index)->state != THREAD_FREE)
            return at(index);
    return NULL;
}

struct thread *threads_next(const struct thread *before)
{
    for (uint32_t index = before == NULL ? 1 : before->index + 1; index < count(); index++)
        if (__atomic_load_n(&at(index)->state, __ATOMIC_ACQUIRE) != THREAD_FREE)
            return at(index);
    return NULL;
}

uint32_t threads_bound(void)
{
    return count();
}

unsigned threads_holding(const struct thread *self, const void *lock, struct thread **one)
{
    unsigned count = 0;

    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        if (thread != self && held_by_other(thread, lock) != NULL) {
            *one = thread;
            count++;
        }
    return count;
}
