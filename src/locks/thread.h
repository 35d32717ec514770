/* SPDX-License-Identifier: MIT */
/*
 * A thread as the checker knows it: the locks that it holds, and what it waits for.
 *
 * Only the thread itself writes its record, but for a few fields that say so; others read it
 * at any time, without a lock, and must take what they see for a moment's picture.  Records
 * and arrays of held locks are therefore never unmapped.
 *
 * A signal handler may interrupt every function here and use them itself: an entry is
 * reserved before it is filled, and empty (address NULL) until it is whole.
 */
#ifndef PIHOOK_LOCKS_THREAD_H
#define PIHOOK_LOCKS_THREAD_H

#include "base/unwind.h"
#include "locks/lock.h"
#include "locks/segments.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct draft;
struct dump_answer;
struct trace_buffer;
struct stats_thread;
struct stats_tally;

/* Lines of a script that a thread is at, innermost first, as script_place.h numbers them. */
enum { SCRIPT_LINES_MOST = 64, SCRIPT_NAME_BYTES = 40 };
struct script_stack {
    const void *lines[SCRIPT_LINES_MOST];
    unsigned count;
};

/* A lock that a thread holds. */
struct held {
    const void *address; /* NULL: being filled in, or released by another thread */
    lock_id id;
    uint64_t chain;     /* stands for this lock and all below it */
    const void *wanted; /* while it is empty: the lock that it was reserved for */
    const void *place;
    int64_t since;            /* nanoseconds, only while long holds are looked for */
    uint32_t again;           /* further acquisitions by the thread; HELD_SLOW is a bit of it */
    uint8_t kind, mode, wait; /* kind HELD_BASE: below all others, and none itself */
    bool waited_for : 1;      /* a condition wait has released it and will have it back */
    bool robust : 1, readers_block : 1;
    bool scoped : 1; /* a block of the program has it, and will release it */
    uint8_t unused : 4;
};

enum { HELD_BASE = 0xff };

/* In `again`: more is to be done at the release than to forget the entry. */
#define HELD_SLOW UINT32_C(0x80000000)

enum thread_state {
    THREAD_FREE, /* nobody's record */
    THREAD_LIVE,
    THREAD_ENDED,  /* not joined yet, or ended while it held something */
    THREAD_MISSING /* lives in the process that this one was forked from */
};

/*
 * What a thread waits for while code that interrupted it, a signal handler, waits for another,
 * or while it waits for its interpreter's lock on the way.
 */
struct outer_wait {
    const void *acquiring; /* NULL: there is no such wait */
    const void *place;
    const void *script_top;
    struct unwind_registers at;
    bool blocked;
};

/* The moment in which a thread takes a GIL or gives it back. */
struct gil_moment {
    const struct gil *gil; /* NULL: there is none */
    bool waits, takes;
    const void *first_made; /* a GIL's first mutex that it initialised, and will the second */
};

/* On cache lines of its own, as they are fetched: its thread writes it all the time. */
struct thread {
    _Alignas(128) struct held *top; /* the lock acquired last, or `base` */
    struct held *end;               /* behind the last entry that a fast path may take */
    const void *acquiring;          /* what it waits for, or is about to: thread_wants(); on a fast
                                       path it has only reserved an entry: held_wanted() */
    struct held *base;              /* an empty entry below all others */
    struct held *limit;             /* behind the last entry that there is room for */
    struct held *script_end;        /* as `end`, for locks of a script */
    const void *interpreter; /* the lock of the interpreter that the thread runs under: the GIL */
    lock_id interpreter_id;
    bool careful; /* no fast path but those of a script's locks */
    uint16_t chain_tag;
    bool busy;         /* in the checker: what a signal handler does now goes unchecked */
    unsigned ignoring; /* depth of pihook_ignore_begin() */
    lock_id next_id, last_id;

    enum thread_state state; /* written by others under the guard, too */
    bool joinable;
    uint32_t index;  /* of the record */
    uint32_t number; /* never used twice */
    pid_t tid;
    uintptr_t handle; /* its pthread_t */
    segment_id segment;
    struct unwind_stack stack; /* empty: unknown */
    void *(*start)(void *);    /* what it was created to run */
    void *argument;
    struct draft *fork_drafts; /* found at a fork that is under way */
    unsigned ends;             /* how often its end was announced */
    const void *waits_on;      /* the condition variable that it waits for */
    const void *wait_place;
    struct thread *joining; /* whose end it waits for */
    const void *sentinel;   /* a lock of its own that others acquire once it has ended */
    bool joined_for;        /* somebody waits for its end; written by that thread */
    bool blocked;           /* it was seen to block */
    bool located;           /* blocked_at and script_top are where it wants what it wants */
    struct unwind_registers blocked_at;
    struct outer_wait outer;
    const struct script_stack *script;   /* where it is in a script, while the checker asks */
    const void *script_top;              /* while it waits: what tells where it is in a script */
    const struct dump_answer *answer;    /* where a signal found it; see preload/dump.c */
    const void *wanted_interpreter;      /* waited for on the way to what else it waits for, */
    struct outer_wait outside;           /* which is this; `acquiring` stays where it is */
    struct gil_moment gil;               /* see preload/python_gil.c */
    char name[16];                       /* of the kernel, when it was last asked for */
    bool runs_script;                    /* at a call of the script's own locks */
    char script_name[SCRIPT_NAME_BYTES]; /* that the script gave to it, "" if it is not known */
    bool name_sought;                    /* it was asked for, and may be unknown all the same */
    bool daemon;                         /* the script's, and does not keep it from its end */

    /* For the tracer, if there is one. */
    struct trace_buffer *trace;
    struct stats_thread *stats;
    struct stats_tally *tally;
    uint32_t creator;                        /* number of the thread that created it; 0: unknown */
    const void *created_at;                  /* and where */
    int64_t waited_since;                    /* for the lock that it acquires; 0: it didn't wait */
    const struct lock_request *may_wait_for; /* if it gives the GIL back before it has that */
    int64_t interpreter_moment;              /* when it last changed hands, or is about to */
    int64_t interpreter_since;               /* when it got the lock of the interpreter */
    bool interpreter_waited;                 /* the same for that of the interpreter */
    uint8_t named;                           /* how often its script's name was asked for */
    bool forks;                              /* by a call whose handlers will tell its child */
    uint32_t told_join; /* number of the thread whose join was told, and has not ended */
};

/* The low bits of `acquiring`, which the alignment of locks leaves free. */
enum {
    WANTED_READ = 1,   /* in read mode */
    WANTED_BEHIND = 2, /* where a waiting writer keeps readers out */
    WANTED_BITS = 3
};

static inline const void *thread_wants(const struct lock_request *request)
{
    unsigned bits = request->mode == LOCK_WRITE ? 0
                    : request->readers_block    ? WANTED_READ + WANTED_BEHIND
                                                : WANTED_READ;

    return (const char *)request->address + bits;
}

/* As people know it. */
static inline const char *thread_name(const struct thread *thread)
{
    return thread->script_name[0] != '\0' ? thread->script_name : thread->name;
}

/* ---- the chain of held locks ---- */

static inline uint64_t held_word(lock_id id, enum lock_mode mode, enum lock_wait wait)
{
    return id + ((uint64_t)mode << 62) + ((uint64_t)wait << 60);
}

static inline uint64_t held_chain(uint64_t below, uint64_t word)
{
    uint64_t mixed = ((below << 7 | below >> 57) ^ word) * UINT64_C(0x9e3779b97f4a7c15);

    return mixed ^ mixed >> 29;
}

static inline bool held_any(const struct thread *thread)
{
    return thread->top != thread->base;
}

#define HELD_FENCE() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/*
 * The thread is about to acquire a lock: reserves its entry, which stays empty.  There must
 * be room: top + 1 < limit.
 */
static inline struct held *held_reserve(struct thread *thread, const struct lock_request *request,
                                        uint64_t chain)
{
    struct held *entry = thread->top + 1;

    thread->top = entry;
    HELD_FENCE();
    entry->id = request->id;
    entry->chain = chain;
    entry->place = request->place;
    entry->wanted = request->address;
    entry->again = 0;
    entry->kind = (uint8_t)request->kind;
    entry->mode = (uint8_t)request->mode;
    entry->wait = (uint8_t)request->wait;
    entry->waited_for = false;
    entry->robust = request->robust;
    entry->readers_block = request->readers_block;
    entry->scoped = false;
    entry->unused = 0; /* so that all of them are one store */
    HELD_FENCE();
    return entry;
}

/* It has acquired the lock. */
static inline void held_fill(struct held *entry)
{
    __atomic_store_n(&entry->address, entry->wanted, __ATOMIC_RELEASE);
}

/* It has not: the entry goes. */
static inline void held_give_up(struct thread *thread)
{
    thread->top--;
}

static inline void held_push(struct thread *thread, const struct lock_request *request,
                             uint64_t chain)
{
    held_fill(held_reserve(thread, request, chain));
}

/* The lock on top has been released. */
static inline void held_pop(struct thread *thread)
{
    struct held *entry = thread->top;

    entry->address = NULL;
    HELD_FENCE();
    thread->top = entry - 1;
}

/*
 * A lock of a script, acquired with nothing else held, has no id: looking for one would cost
 * more than all else, and most are released again before it is needed.  Its chain is none that
 * is ever known.
 */
static inline uint64_t held_chain_without_id(const struct thread *thread, const void *address)
{
    return held_chain(thread->base->chain, UINT64_C(1) << 63 | (uintptr_t)address);
}

static inline bool held_lacks_id(const struct thread *thread)
{
    return held_any(thread) && thread->base[1].id == 0 &&
           lock_is_of_script((enum lock_kind)thread->base[1].kind);
}

/* The acquisition that an entry stands for. */
static inline struct lock_request held_request(const struct held *entry)
{
    return (struct lock_request){.address = entry->address,
                                 .id = entry->id,
                                 .place = entry->place,
                                 .kind = (enum lock_kind)entry->kind,
                                 .mode = (enum lock_mode)entry->mode,
                                 .wait = (enum lock_wait)entry->wait,
                                 .readers_block = entry->readers_block,
                                 .robust = entry->robust};
}

/* Fast paths are left out from now on, in threads that come; and in one that is there. */
void held_slowly(void);
void held_all_slowly(struct thread *thread);

/* This thread leaves fast paths out from now on, but for those of a script's locks. */
void held_carefully(struct thread *thread);

/* Makes room for one more; false: there is no memory. */
bool held_make_room(struct thread *thread);

/* The entry of a lock, the latest if there are several, or NULL. */
struct held *held_find(const struct thread *thread, const void *address);

/* The lowest entry has got its id: all chains are made anew. */
void held_chain_up(struct thread *thread);

/* Takes an entry out wherever it stands; those above keep their order. */
void held_remove(struct thread *thread, struct held *entry);

/* Forgets empty entries on top, such as locks that other threads released. */
void held_trim(struct thread *thread);

/*
 * Any thread's: is it an entry, and not the one below all others?  Another thread's are
 * walked from its `top` down to that, not to its `base`: the two are not written at once,
 * and may be those of two arrays.
 */
static inline bool held_is_entry(const struct held *entry)
{
    return __atomic_load_n(&entry->kind, __ATOMIC_RELAXED) != HELD_BASE;
}

/* Another thread's: does it hold the lock, at this moment?  NULL if not. */
const struct held *held_by_other(const struct thread *other, const void *address);

/* The lock that any thread has reserved its top entry for, and waits for; NULL: none. */
const void *held_wanted(const struct thread *thread);

/* Does another thread hold anything that counts (NULL: all does), at this moment? */
bool held_any_by_other(const struct thread *other, bool (*counts)(const struct held *entry));

/* Another thread has released it: the entry becomes empty. */
void held_disown(struct thread *owner, const void *address);

#endif
