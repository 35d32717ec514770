/* SPDX-License-Identifier: MIT */
/*
 * Called by fork(3), before it in the thread that forks and after it in both processes.  The
 * guard is not held across it: handlers of the program run in between and wait for its
 * locks.  The child looks instead whether somebody was in it.
 */
#include "preload/fork.h"

#include "preload/checks.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer.h"
#include "report/finding.h"

#include <pthread.h>
#include <stddef.h>

static void before(void)
{
    struct thread *self = self_enter();

    if (self != NULL) {
        checks_forking(self);
        self->forks = true;
    }
    tracer_forks(self);
}

static void in_parent(void)
{
    struct thread *self = self_enter();

    if (self == NULL)
        return;
    self->forks = false;
    checks_fork_done(self, false);
}

static void in_child(void)
{
    bool whole = guard_forked();
    struct thread *self = self_enter();

    if (self != NULL)
        self->forks = false;
    finding_forget();
    checks_forked(whole);
    tracer_forked(self);
    if (self != NULL)
        checks_fork_done(self, true);
}

void fork_watch(void)
{
    pthread_atfork(before, in_parent, in_child);
}
