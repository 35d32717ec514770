/* SPDX-License-Identifier: MIT */
/*
 * Called by importlib's wrapped functions, for imports that load something or wait for
 * somebody who does.
 *
 * Importlib itself sees when threads wait for each other's modules, and lets one of them go
 * on: such a circle is no deadlock.  And while a program has one thread, the order of modules
 * among themselves is not looked at: most imports are such, and must cost next to nothing.
 */
#include "preload/python_import_lock.h"

#include "locks/import_lock.h"
#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/python_join.h"
#include "preload/self.h"
#include "preload/tracer.h"
#include "python/frames.h"
#include "python/import_watch.h"

#include <stddef.h>

static struct lock_request request_of(const void *node)
{
    return (struct lock_request){.address = node,
                                 .place = frames_importer()->place,
                                 .kind = LOCK_IMPORT,
                                 .wait = LOCK_BLOCKS};
}

/* The checker is on for it; NULL: it isn't. */
static struct thread *checked_self(void)
{
    struct thread *self = self_enter();

    return checks_state == CHECKS_ON ? self : NULL;
}

static bool is_alone(const struct thread *self)
{
    for (struct thread *other = NULL; (other = threads_next(other)) != NULL;)
        if (other != self && other->state == THREAD_LIVE)
            return false;
    return true;
}

static bool holds_imports_only(const struct thread *self)
{
    for (const struct held *entry = self->top; entry > self->base; entry--)
        if (entry->kind != LOCK_IMPORT)
            return false;
    return true;
}

static bool is_of_modules_only(const struct waits *circle)
{
    for (unsigned i = 0; i < circle->length; i++)
        if (!lock_is_made_up(circle->waiters[i].wanted.address))
            return false;
    return true;
}

/* Who has the lock is known only from where the loading of the module begins. */
static void wait_for(struct thread *self, const struct lock_request *request, struct thread *holder)
{
    struct waits *circle = checks_circle(self, request);

    tracer_lock_waits(self, request, holder);
    if (circle != NULL && is_of_modules_only(circle)) {
        waits_free(circle);
        circle = NULL;
    }
    python_wait_begins(self, circle);
}

static void check_order(struct thread *self, struct lock_request *request)
{
    request->id = checks_id(self, request->address);
    checks_order(self, request, false);
}

static void wants(const char *module, unsigned interpreter)
{
    struct thread *self = checked_self(), *holder = NULL;
    const void *node = self == NULL ? NULL : import_lock(module, interpreter);

    if (node == NULL || held_find(self, node) != NULL)
        return;
    struct lock_request request = request_of(node);
    unwind_here(checks_here(self));
    self->runs_script = true;
    if (held_any(self) && self->ignoring == 0 && !(holds_imports_only(self) && is_alone(self)))
        check_order(self, &request);
    checks_wants(self, &request, frames_top_attached());
    if (threads_holding(self, node, &holder) > 0)
        wait_for(self, &request, holder);
    self->runs_script = false;
}

/* It waits no longer for the lock, if it did. */
static void wanted(const char *module, unsigned interpreter)
{
    struct thread *self = checked_self();
    const void *node = self == NULL ? NULL : import_lock(module, interpreter);
    const struct lock_request request = {.address = node, .kind = LOCK_IMPORT, .wait = LOCK_BLOCKS};

    if (node != NULL && self->acquiring == node)
        checks_acquired(self, &request, false);
}

static void loads(const char *module, unsigned interpreter)
{
    struct thread *self = checked_self();
    const void *node = self == NULL ? NULL : import_lock(module, interpreter);

    if (node == NULL)
        return;
    wanted(module, interpreter);
    struct lock_request request = request_of(node);
    if (held_any(self) && !held_lacks_id(self))
        request.id = checks_id(self, node);
    checks_acquired_again(self, &request, held_find(self, node) != NULL, true);
}

static void loaded(const char *module, unsigned interpreter)
{
    struct thread *self = checked_self();
    const void *node = self == NULL ? NULL : import_lock(module, interpreter);

    if (node != NULL)
        checks_releasing(self, node);
}

static const struct import_watch watch = {
    .wants = wants, .wanted = wanted, .loads = loads, .loaded = loaded};

void python_import_lock_watch(void)
{
    import_watch_set(&watch);
}
