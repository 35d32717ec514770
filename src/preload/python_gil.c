/* SPDX-License-Identifier: MIT */
/*
 * Called by the wrappers of mutexes and conditions off their fast paths.  It must not wait: the
 * thread may have the GIL, or be the one that all others wait for.
 */
#include "preload/python_gil.h"

#include "locks/left_out.h"
#include "preload/checks.h"
#include "preload/self.h"

#include <stddef.h>
#include <stdint.h>

/* With more interpreters at a time that have a GIL of their own, the GIL of some is not seen. */
enum { GILS_MOST = 64 };

/* Both mutexes are members of one structure. */
enum { BYTES_BETWEEN_MOST = 512 };

struct gil {
    const pthread_mutex_t *guard; /* NULL: the place is free */
    const pthread_mutex_t *switching;
    lock_id id;
};

static struct gil gils[GILS_MOST];
static unsigned gil_bound; /* behind the last place that was ever taken */

/* Where the interpreter initialises the first mutex of a GIL. */
static const void *maker;

bool python_gil_has(const pthread_mutex_t *mutex)
{
    return left_out_has(mutex);
}

static struct gil *find(const pthread_mutex_t *guard)
{
    unsigned bound = __atomic_load_n(&gil_bound, __ATOMIC_ACQUIRE);

    for (unsigned i = 0; i < bound; i++)
        if (__atomic_load_n(&gils[i].guard, __ATOMIC_ACQUIRE) == guard)
            return &gils[i];
    return NULL;
}

static struct gil *find_by_second(const pthread_mutex_t *switching)
{
    for (unsigned i = 0; i < gil_bound; i++)
        if (gils[i].guard != NULL && gils[i].switching == switching)
            return &gils[i];
    return NULL;
}

static bool claim(struct gil *gil, const pthread_mutex_t *guard)
{
    const pthread_mutex_t *nobody = NULL;

    return __atomic_compare_exchange_n(&gil->guard, &nobody, guard, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

static struct gil *claim_any(const pthread_mutex_t *guard)
{
    for (unsigned i = 0; i < GILS_MOST; i++)
        if (claim(&gils[i], guard)) {
            unsigned bound = __atomic_load_n(&gil_bound, __ATOMIC_RELAXED);

            while (bound < i + 1 &&
                   !__atomic_compare_exchange_n(&gil_bound, &bound, i + 1, false, __ATOMIC_RELEASE,
                                                __ATOMIC_RELAXED))
                continue;
            return &gils[i];
        }
    return NULL;
}

static bool belong_together(const pthread_mutex_t *first, const pthread_mutex_t *second)
{
    uintptr_t between = (uintptr_t)second - (uintptr_t)first;

    return first != NULL && between >= sizeof *first && between < BYTES_BETWEEN_MOST;
}

/* In the child of a fork a GIL is made anew where it was. */
static void make_known(struct thread *self, const pthread_mutex_t *guard,
                       const pthread_mutex_t *switching)
{
    struct gil *gil = find(guard);

    if (gil == NULL)
        gil = claim_any(guard);
    if (gil == NULL)
        return;
    checks_made(self, guard, NULL, maker);
    gil->id = checks_id(self, guard);
    gil->switching = switching;
    self->interpreter = NULL;
    if (!left_out_has(guard))
        left_out_add(guard, switching + 1);
}

bool python_gil_made(struct thread *self, pthread_mutex_t *mutex, const void *place)
{
    bool is_own = python_gil_has(mutex);

    if (belong_together(self->gil.first_made, mutex)) {
        make_known(self, self->gil.first_made, mutex);
        self->gil.first_made = NULL;
        return true;
    }
    if (!is_own && (maker == NULL || place != maker))
        return false;
    if (maker == NULL)
        maker = place;
    self->gil.first_made = mutex;
    return true;
}

void python_gil_gone(struct thread *self, const pthread_mutex_t *mutex)
{
    struct gil *gil = find_by_second(mutex);

    if (gil == NULL)
        return;
    if (self->interpreter == gil->guard)
        checks_interpreter_dropped(self);
    checks_gone(self, gil->guard, gil->id, false, false);
    left_out_remove(gil->guard);
    __atomic_store_n(&gil->guard, NULL, __ATOMIC_RELEASE);
}

/* ---- it is taken and given back ---- */

static struct lock_request request_of(const struct gil *gil, const void *place)
{
    return (struct lock_request){.address = gil->guard,
                                 .id = gil->id,
                                 .place = place,
                                 .kind = LOCK_INTERPRETER,
                                 .mode = LOCK_WRITE,
                                 .wait = LOCK_BLOCKS};
}

void python_gil_locked(struct thread *self, const pthread_mutex_t *mutex)
{
    struct gil_moment *moment = &self->gil;

    if (moment->gil == NULL)
        moment->gil = find(mutex);
    else if (mutex == moment->gil->switching)
        moment->takes = true;
}

void python_gil_waits(struct thread *self, const pthread_mutex_t *mutex, const void *place,
                      const struct unwind_registers *here)
{
    struct gil_moment *moment = &self->gil;

    if (moment->gil == NULL || mutex != moment->gil->guard || moment->waits)
        return;
    const struct lock_request request = request_of(moment->gil, place);
    moment->waits = true;
    self->outside.at = self->blocked_at;
    self->outside.place = self->wait_place;
    self->blocked_at = *here;
    checks_interpreter_wanted(self, &request);
}

void python_gil_unlocked(struct thread *self, const pthread_mutex_t *mutex, const void *place)
{
    struct gil_moment *moment = &self->gil;
    const struct gil *gil = moment->gil;

    if (gil == NULL || mutex != gil->guard)
        return;
    const struct lock_request request = request_of(gil, place);
    bool takes = moment->takes;

    if (moment->waits) {
        self->blocked_at = self->outside.at;
        self->wait_place = self->outside.place;
    }
    moment->gil = NULL;
    moment->waits = moment->takes = false;
    if (takes)
        checks_interpreter_taken(self, &request);
    else
        checks_interpreter_dropped(self);
}
