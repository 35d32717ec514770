/* SPDX-License-Identifier: MIT */
/*
 * Mutexes before and after the real call.  Called by the wrappers of mutex.c, c11.c and
 * cond.c off their fast paths; it must never make a real call, but for the probe.
 */
#include "preload/mutex.h"

#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/real.h"
#include "preload/tracer.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Bits of __kind: the type, and what makes a mutex use its list or lie in shared memory. */
enum {
    KIND_TYPE = 3,
    KIND_ROBUST = 16,
    KIND_NOT_TAGGED = KIND_ROBUST | 32 | 64 | 128, /* inheriting, protected, shared */
    KIND_DESTROYED = -1
};

static bool tags_are_safe;

static bool keeps_tag(const pthread_mutex_t *mutex)
{
    return tags_are_safe && (mutex->__data.__kind & KIND_NOT_TAGGED) == 0 &&
           (uintptr_t)mutex % sizeof(lock_id) == 0;
}

/* ---- the probe ---- */

static bool tag_survives(pthread_mutex_t *mutex, const struct tag *tag)
{
    const struct timespec past = {0, 0};

    *tag->id = 0x1122334455667788;
    *tag->check = 0x8877665544332211;
    if (real.pthread_mutex_lock(mutex) != 0 || mutex->__data.__owner != (int)syscall(SYS_gettid) ||
        !mutex_is_taken(mutex))
        return false;
    real.pthread_mutex_trylock(mutex);
    real.pthread_mutex_timedlock(mutex, &past);
    real.pthread_mutex_unlock(mutex);
    return !mutex_is_taken(mutex) && *tag->id == 0x1122334455667788 &&
           *tag->check == 0x8877665544332211;
}

bool mutex_probe(void)
{
#if __SIZEOF_POINTER__ == 8
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    const struct tag tag = mutex_tag(&mutex);

    tags_are_safe = tag_survives(&mutex, &tag) && real.pthread_mutex_init(&mutex, NULL) == 0 &&
                    *tag.id == 0 && *tag.check == 0;
    real.pthread_mutex_destroy(&mutex);
#endif
    return tags_are_safe;
}

/* ---- identity ---- */

struct lock_request mutex_request(struct thread *self, pthread_mutex_t *mutex, enum lock_wait wait,
                                  const void *place)
{
    const struct tag tag = mutex_tag(mutex);
    struct lock_request request = {.address = mutex,
                                   .place = place,
                                   .kind = LOCK_MUTEX,
                                   .mode = LOCK_WRITE,
                                   .wait = wait,
                                   .robust = (mutex->__data.__kind & KIND_ROBUST) != 0};

    if (mutex->__data.__kind == KIND_DESTROYED) {
        const struct lock_request copy = request; /* so that the other is made where it goes to */

        checks_used_destroyed(self, &copy);
    } else {
        request.id = checks_native_id(self, mutex, keeps_tag(mutex) ? &tag : NULL, place);
    }
    return request;
}

void mutex_made(struct thread *self, pthread_mutex_t *mutex, const void *place)
{
    const struct tag tag = mutex_tag(mutex);

    checks_made(self, mutex, keeps_tag(mutex) ? &tag : NULL, place);
}

/* ---- owners ---- */

static pid_t owner_tid(const pthread_mutex_t *mutex)
{
    return mutex_is_taken(mutex) ? __atomic_load_n(&mutex->__data.__owner, __ATOMIC_RELAXED) : 0;
}

bool mutex_is_mine(const struct thread *self, const pthread_mutex_t *mutex)
{
    return owner_tid(mutex) == self->tid;
}

struct thread *mutex_owner(const pthread_mutex_t *mutex)
{
    struct thread *owner = threads_by_tid(owner_tid(mutex));

    return owner != NULL && held_by_other(owner, mutex) != NULL ? owner : NULL;
}

/* The kernel has marked a robust mutex whose owner is gone: the next one gets it at once. */
static bool owner_died(const pthread_mutex_t *mutex)
{
    return ((unsigned)__atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED) &
            FUTEX_OWNER_DIED) != 0;
}

/* ---- acquiring and releasing ---- */

bool mutex_before(struct thread *self, pthread_mutex_t *mutex, const struct lock_request *request)
{
    if (mutex->__data.__kind == KIND_DESTROYED)
        return false; /* libc refuses it */
    if (mutex_is_mine(self, mutex)) {
        int type = mutex->__data.__kind & KIND_TYPE;

        if (type != PTHREAD_MUTEX_RECURSIVE && type != PTHREAD_MUTEX_ERRORCHECK &&
            request->wait == LOCK_BLOCKS)
            checks_self_deadlock(self, request);
        return true;
    }
    checks_acquiring(self, request);
    if (mutex_is_taken(mutex) && !owner_died(mutex))
        checks_blocks(self, request, mutex_owner(mutex));
    return false;
}

void mutex_before_unlock(struct thread *self, pthread_mutex_t *mutex, const void *place)
{
    struct lock_request request;

    if (checks_releasing(self, mutex) || mutex_is_mine(self, mutex))
        return;
    request = mutex_request(self, mutex, LOCK_BLOCKS, place);
    if (mutex->__data.__kind != KIND_DESTROYED)
        checks_bad_unlock(self, &request, mutex_is_taken(mutex), mutex_owner(mutex));
}

/* ---- waiting for a condition with it ---- */

bool mutex_before_wait(struct thread *self, const void *condition,
                       const struct lock_request *request, pthread_mutex_t *mutex)
{
    if (held_find(self, mutex) == NULL && !mutex_is_mine(self, mutex))
        checks_bad_unlock(self, request, mutex_is_taken(mutex), mutex_owner(mutex));
    return checks_waiting(self, condition, request);
}

/* ---- destroying ---- */

/* The lock of a robust one that can't be recovered any more looks taken, too. */
static bool is_held(const struct thread *self, const pthread_mutex_t *mutex)
{
    if (!mutex_is_taken(mutex) || (mutex->__data.__kind & KIND_ROBUST) == 0)
        return mutex_is_taken(mutex);
    return mutex_is_mine(self, mutex) || (!owner_died(mutex) && mutex_owner(mutex) != NULL);
}

lock_id mutex_before_destroy(struct thread *self, pthread_mutex_t *mutex, const void *place)
{
    struct lock_request request = mutex_request(self, mutex, LOCK_BLOCKS, place);

    if (request.id != 0 && is_held(self, mutex))
        checks_destroyed_held(self, &request,
                              mutex_is_mine(self, mutex) ? NULL : mutex_owner(mutex));
    return request.id;
}

void mutex_gone(struct thread *self, pthread_mutex_t *mutex, lock_id id)
{
    const struct tag tag = mutex_tag(mutex);
    bool tagged = tag_read(&tag, mutex) == id && id != 0;

    if (tagged)
        tag_wipe(&tag);
    tracer_lock_gone(self, mutex, class_of(id), LOCK_MUTEX);
    checks_gone(self, mutex, id, tagged, false);
}
