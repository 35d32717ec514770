/* SPDX-License-Identifier: MIT */
/* pthread_spin_*.  A spin lock is one int: its id is looked up, and its owner is ours to know. */
#include "locks/identity.h"
#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/public.h"
#include "preload/real.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <stddef.h>

/* glibc on x86 counts down from 1, elsewhere up from 0. */
static bool is_taken(const pthread_spinlock_t *lock)
{
    int value = __atomic_load_n((const int *)lock, __ATOMIC_RELAXED);

#if defined __x86_64__ || defined __i386__
    return value <= 0;
#else
    return value != 0;
#endif
}

static struct lock_request request_of(struct thread *self, pthread_spinlock_t *lock,
                                      enum lock_wait wait, const void *place)
{
    struct lock_request request = {.address = (const void *)lock,
                                   .id = checks_native_id(self, (const void *)lock, NULL, place),
                                   .place = place,
                                   .kind = LOCK_SPIN,
                                   .wait = wait};

    if (request.id == LOCK_DESTROYED) {
        request.id = 0;
        checks_used_destroyed(self, &request);
    }
    return request;
}

PIHOOK_EXPORT int pthread_spin_lock(pthread_spinlock_t *lock)
{
    struct thread *self = self_enter();

    if (self == NULL)
        return real_ready()->pthread_spin_lock(lock);
    struct lock_request request = request_of(self, lock, LOCK_BLOCKS, __builtin_return_address(0));
    unwind_here(checks_here(self));
    if (held_any(self) && held_find(self, (const void *)lock) != NULL) {
        checks_self_deadlock(self, &request);
    } else {
        checks_acquiring(self, &request);
        if (is_taken(lock))
            checks_blocks(self, &request, NULL);
    }
    int result = real.pthread_spin_lock(lock);
    checks_acquired(self, &request, result == 0);
    return result;
}

PIHOOK_EXPORT int pthread_spin_trylock(pthread_spinlock_t *lock)
{
    struct thread *self = self_enter();
    int result = real_ready()->pthread_spin_trylock(lock);

    if (self == NULL || result != 0)
        return result;
    struct lock_request request = request_of(self, lock, LOCK_TRIES, __builtin_return_address(0));
    checks_acquired(self, &request, true);
    return result;
}

/* Held by nobody whom we know: then it was acquired unseen, and nothing is said. */
static void unlock_unseen(struct thread *self, pthread_spinlock_t *lock, const void *place)
{
    struct thread *other = NULL;

    if (is_taken(lock) && threads_holding(self, (const void *)lock, &other) == 0)
        return;
    struct lock_request request = request_of(self, lock, LOCK_BLOCKS, place);
    checks_bad_unlock(self, &request, is_taken(lock), other);
}

PIHOOK_EXPORT int pthread_spin_unlock(pthread_spinlock_t *lock)
{
    struct thread *self = self_enter();

    if (self == NULL)
        return real_ready()->pthread_spin_unlock(lock);
    if (!checks_releasing(self, (const void *)lock))
        unlock_unseen(self, lock, __builtin_return_address(0));
    return real.pthread_spin_unlock(lock);
}

PIHOOK_EXPORT int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
    struct thread *self = self_enter();
    int result = real_ready()->pthread_spin_init(lock, shared);

    if (self != NULL && result == 0)
        checks_made(self, (const void *)lock, NULL, __builtin_return_address(0));
    return result;
}

static void destroyed_held(struct thread *self, const struct lock_request *request)
{
    struct thread *other = NULL;

    threads_holding(self, request->address, &other);
    checks_destroyed_held(self, request, other);
}

PIHOOK_EXPORT int pthread_spin_destroy(pthread_spinlock_t *lock)
{
    struct thread *self = self_enter();

    if (self != NULL) {
        struct lock_request request =
            request_of(self, lock, LOCK_BLOCKS, __builtin_return_address(0));

        if (is_taken(lock))
            destroyed_held(self, &request);
        tracer_lock_gone(self, (const void *)lock, class_of(request.id), LOCK_SPIN);
        checks_gone(self, (const void *)lock, request.id, false, true);
    }
    return real_ready()->pthread_spin_destroy(lock);
}
