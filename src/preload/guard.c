/* SPDX-License-Identifier: MIT */
/* A futex lock that outlives its owner.  Called around every slow path of the checker. */
#include "preload/guard.h"

#include "base/log.h"
#include "base/wiped.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SPINS = 100, KERNEL_MASK_BYTES = 8 };
#define WAITERS UINT32_C(0x80000000)

static uint32_t owner; /* a tid, and whether somebody sleeps */
static bool broken;
static bool *here; /* false in a child that nobody told us of: its parent's threads are not there */

void guard_start(void)
{
    here = wiped_take(sizeof *here);
    if (here != NULL)
        *here = true;
}

static uint32_t own_tid(const struct thread *self)
{
    return (uint32_t)(self != NULL ? self->tid : (pid_t)syscall(SYS_gettid));
}

/* All of them, those that libc keeps for itself too. */
static void block_signals(struct guard *guard)
{
    const uint64_t all = UINT64_MAX;

    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &guard->mask, KERNEL_MASK_BYTES);
}

static void unblock_signals(const struct guard *guard)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &guard->mask, NULL, KERNEL_MASK_BYTES);
}

/* Is there no such thread, anywhere?  A child of vfork is another process than its owner. */
static bool is_gone(uint32_t tid)
{
    return (here != NULL && !*here) || (syscall(SYS_tkill, tid, 0) < 0 && errno == ESRCH);
}

static void break_it(void)
{
    if (!__atomic_exchange_n(&broken, true, __ATOMIC_RELAXED))
        log_line("the lock checker is off from here on: a thread vanished inside of it");
}

static bool try_take(uint32_t tid)
{
    uint32_t free = 0;

    return __atomic_compare_exchange_n(&owner, &free, tid, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static bool is_own(uint32_t tid)
{
    return (__atomic_load_n(&owner, __ATOMIC_RELAXED) & ~WAITERS) == tid;
}

/* Only if it still has the guard: it may have given it back and ended since it was seen. */
static void break_if_gone(uint32_t tid)
{
    if (is_gone(tid) && is_own(tid))
        break_it();
}

/* Sleeps until the guard is given back, or for a while. */
static void sleep_on(uint32_t seen)
{
    const struct timespec while_ = {.tv_nsec = 100000000};

    if ((seen & WAITERS) == 0 && !__atomic_compare_exchange_n(&owner, &seen, seen | WAITERS, false,
                                                              __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        return;
    if (syscall(SYS_futex, &owner, FUTEX_WAIT_PRIVATE, seen | WAITERS, &while_) < 0 &&
        errno == ETIMEDOUT)
        break_if_gone(seen & ~WAITERS);
}

/* With the mark of sleepers: there may be more of them than us. */
static bool take_slowly(uint32_t tid)
{
    for (unsigned spin = 0; spin < SPINS; spin++) {
        if (try_take(tid))
            return true;
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    }
    while (!__atomic_load_n(&broken, __ATOMIC_RELAXED)) {
        uint32_t seen = __atomic_load_n(&owner, __ATOMIC_RELAXED);

        if (seen != 0)
            sleep_on(seen);
        else if (try_take(tid | WAITERS))
            return true;
    }
    return false;
}

bool guard_enter(struct thread *self, struct guard *guard)
{
    uint32_t tid = own_tid(self);

    if ((self != NULL && self->busy) || is_own(tid) || __atomic_load_n(&broken, __ATOMIC_RELAXED))
        return false;
    guard->error = errno;
    block_signals(guard);
    if (!try_take(tid) && !take_slowly(tid)) {
        unblock_signals(guard);
        errno = guard->error;
        return false;
    }
    if (self != NULL)
        self->busy = true;
    return true;
}

void guard_leave(struct thread *self, const struct guard *guard)
{
    if (self != NULL)
        self->busy = false;
    if (__atomic_exchange_n(&owner, 0, __ATOMIC_RELEASE) & WAITERS)
        syscall(SYS_futex, &owner, FUTEX_WAKE_PRIVATE, 1, NULL);
    unblock_signals(guard);
    errno = guard->error;
}

bool guard_forked(void)
{
    if (here != NULL)
        *here = true;
    return __atomic_exchange_n(&owner, 0, __ATOMIC_RELAXED) == 0;
}
