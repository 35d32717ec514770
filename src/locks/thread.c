/* SPDX-License-Identifier: MIT */
/*
 * The locks that a thread holds, off the fast path.  Called by the thread itself except
 * where the header says other; it must never block.
 */
#include "locks/thread.h"

#include "base/memory.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool slowly;

void held_slowly(void)
{
    slowly = true;
}

enum { FIRST_ROOM = 32, HELD_MAX = 1 << 24 };

static void set_signals(uint64_t mask, uint64_t *before)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, before, sizeof mask);
}

/* A handler that ran in the middle would find its own thread's locks in two arrays. */
static void move_to(struct thread *thread, struct held *larger, size_t used, size_t room)
{
    uint64_t before = 0;

    set_signals(UINT64_MAX, &before);
    thread->base = larger;
    thread->limit = larger + room;
    thread->script_end = slowly ? larger : thread->limit;
    thread->end = thread->careful ? larger : thread->script_end;
    __atomic_store_n(&thread->top, larger + used, __ATOMIC_RELEASE);
    set_signals(before, NULL);
}

void held_carefully(struct thread *thread)
{
    thread->careful = true;
    thread->end = thread->base;
}

void held_all_slowly(struct thread *thread)
{
    thread->end = thread->script_end = thread->base;
}

/* The old array stays mapped: another thread may be reading it. */
bool held_make_room(struct thread *thread)
{
    size_t used = thread->base == NULL ? 0 : (size_t)(thread->top - thread->base) + 1;
    size_t room = used < FIRST_ROOM / 2 ? FIRST_ROOM : 2 * used;
    struct held *larger = room > HELD_MAX ? NULL : memory_take(room * sizeof *larger);

    if (larger == NULL)
        return false;
    if (used > 0)
        memcpy(larger, thread->base, used * sizeof *larger);
    larger->kind = HELD_BASE;
    move_to(thread, larger, used > 0 ? used - 1 : 0, room);
    return true;
}

struct held *held_find(const struct thread *thread, const void *address)
{
    for (struct held *entry = thread->top; entry > thread->base; entry--)
        if (entry->address == address)
            return entry;
    return NULL;
}

static uint64_t chain_of(const struct held *entry)
{
    return held_chain(entry[-1].chain, held_word(entry->id, entry->mode, entry->wait));
}

void held_chain_up(struct thread *thread)
{
    for (struct held *entry = thread->base + 1; entry <= thread->top; entry++)
        entry->chain = chain_of(entry);
}

/* Each entry is empty while it is written: a handler that runs meanwhile sees a hole. */
void held_remove(struct thread *thread, struct held *entry)
{
    struct held *top = thread->top;

    entry->address = NULL;
    for (; entry < top; entry++) {
        struct held moved = entry[1];

        entry[1].address = NULL;
        HELD_FENCE();
        moved.chain = 0;
        const void *address = moved.address;
        moved.address = NULL;
        *entry = moved;
        entry->chain = chain_of(entry);
        HELD_FENCE();
        entry->address = address;
    }
    HELD_FENCE();
    thread->top = top - 1;
}

void held_trim(struct thread *thread)
{
    while (held_any(thread) && thread->top->address == NULL)
        thread->top--;
}

static const struct held *top_of_other(const struct thread *other)
{
    static const struct held none = {.kind = HELD_BASE};
    const struct held *top = __atomic_load_n(&other->top, __ATOMIC_ACQUIRE);

    return top == NULL ? &none : top;
}

static const struct held *other_entry(const struct thread *other, const void *address)
{
    for (const struct held *entry = top_of_other(other); held_is_entry(entry); entry--)
        if (__atomic_load_n(&entry->address, __ATOMIC_ACQUIRE) == address)
            return entry;
    return NULL;
}

const struct held *held_by_other(const struct thread *other, const void *address)
{
    const struct held *entry = other_entry(other, address);

    return entry != NULL && !entry->waited_for ? entry : NULL;
}

bool held_any_by_other(const struct thread *other, bool (*counts)(const struct held *entry))
{
    for (const struct held *entry = top_of_other(other); held_is_entry(entry); entry--)
        if (__atomic_load_n(&entry->address, __ATOMIC_ACQUIRE) != NULL && !entry->waited_for &&
            (counts == NULL || counts(entry)))
            return true;
    return false;
}

const void *held_wanted(const struct thread *thread)
{
    const struct held *top = top_of_other(thread);

    if (!held_is_entry(top) || __atomic_load_n(&top->address, __ATOMIC_ACQUIRE) != NULL)
        return NULL;
    return __atomic_load_n(&top->wanted, __ATOMIC_ACQUIRE);
}

void held_disown(struct thread *owner, const void *address)
{
    struct held *entry = (struct held *)other_entry(owner, address);

    if (entry == NULL)
        return;
    __atomic_store_n(&entry->wanted, NULL, __ATOMIC_RELEASE);
    __atomic_compare_exchange_n(&entry->address, &address, NULL, false, __ATOMIC_RELEASE,
                                __ATOMIC_RELAXED);
}
