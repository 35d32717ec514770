/* SPDX-License-Identifier: MIT */
/*
 * The border between wrappers and the checker: it takes the guard, asks, leaves it, tells.
 * Here it is switched on and off, and findings leave it; checks_*.c have the calls of a
 * lock's life.  None of them makes a real call, nor holds the guard while a finding is told.
 */
#include "preload/checks.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "locks/graph_file.h"
#include "locks/inversion.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/mutex.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

enum checks_state checks_state;

const struct options *checks_options;
struct segments checks_segments;

/* ---- start ---- */

static uint64_t seed(void)
{
    struct timespec now = {0};
    uint64_t random = 0;
    const void *bytes = (const void *)getauxval(AT_RANDOM); /* 16 of them */

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (bytes != NULL)
        __builtin_memcpy(&random, bytes, sizeof random);
    return hash_mix(random + (uint64_t)getpid(), (uint64_t)now.tv_nsec);
}

void checks_stop(void)
{
    checks_state = CHECKS_OFF;
    self_switch_off();
}

static void be_switched_off(void)
{
    checks_stop();
    log_line("the lock checker is off in this process: there is no memory for it");
}

static void leave_fast_paths_out(void)
{
    held_slowly();
    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        held_all_slowly(thread);
}

void checks_start(const struct options *given)
{
    checks_options = given;
    memory_bound((size_t)given->lock_memory << 20);
    if (!given->lock_checks) {
        checks_stop();
        return;
    }
    if (!inversion_start(given, &checks_segments)) {
        be_switched_off();
        return;
    }
    guard_start();
    identity_start(seed());
    graph_file_start(given->graph, seed());
    if (given->long_hold != LEVEL_OFF || tracer_is_on)
        leave_fast_paths_out();
    mutex_probe();
    self_watch_ends();
    checks_state = CHECKS_ON;
}

void checks_forked(bool whole)
{
    if (checks_state != CHECKS_ON)
        return;
    identity_start(seed());
    self_forked();
    graph_file_forked(whole, seed());
    if (!whole && !inversion_restart(&checks_segments))
        be_switched_off();
}

/* ---- asking and telling ---- */

bool checks_apply(const struct thread *self)
{
    return checks_state == CHECKS_ON && self->ignoring == 0;
}

enum level checks_tell(struct draft *drafts)
{
    int error = errno;
    enum level worst = drafts == NULL ? LEVEL_OFF : draft_tell_all(drafts);

    if (worst == LEVEL_ERROR && checks_options->on_violation == ON_VIOLATION_ABORT)
        abort();
    errno = error;
    return worst;
}

void checks_tell_deadlock(struct draft *drafts)
{
    if (checks_tell(drafts) == LEVEL_ERROR && checks_options->on_deadlock == ON_DEADLOCK_ABORT)
        abort();
}

/* ---- scripts ---- */

static const struct checks_scripts *scripts;

void checks_follow_scripts(const struct checks_scripts *given)
{
    scripts = given;
}

void checks_read_script(struct thread *self, struct script_stack *script)
{
    script->count =
        scripts == NULL || self->busy ? 0 : scripts->lines(script->lines, SCRIPT_LINES_MOST);
    self->script = script->count == 0 ? NULL : script;
    checks_learn_script_name(self);
}

void checks_learn_script_name(struct thread *self)
{
    if (scripts != NULL && self->runs_script)
        scripts->name(self->script_name, sizeof self->script_name, &self->daemon);
}

const void *checks_script_top(void)
{
    return scripts == NULL ? NULL : scripts->top();
}

const void *checks_script_top_of(const struct thread *other)
{
    const void *top = other->blocked ? __atomic_load_n(&other->script_top, __ATOMIC_ACQUIRE) : NULL;

    return top != NULL || scripts == NULL ? top : scripts->top_of(other->handle);
}

unsigned checks_script_of(const void *top, struct script_stack *script)
{
    script->count = top == NULL ? 0 : scripts->lines_of(top, script->lines, SCRIPT_LINES_MOST);
    return script->count;
}

void checks_misuse(struct thread *self, const struct misuse *misuse)
{
    struct unwind_registers here;
    struct script_stack script;
    struct draft *drafts = NULL;
    struct guard guard;

    if (!checks_apply(self) || misuse->level == LEVEL_OFF)
        return;
    if (held_lacks_id(self))
        checks_settle(self);
    checks_read_script(self, &script);
    if (!guard_enter(self, &guard)) {
        self->script = NULL;
        return;
    }
    if (misuse->other != NULL)
        self_learn_name(misuse->other);
    unwind_here(&here);
    if (misuse->lock != NULL)
        misuse_add(self, &here, misuse, &drafts);
    else
        misuse_add_held(self, self, &here, misuse, &drafts);
    guard_leave(self, &guard);
    self->script = NULL;
    if (misuse->is_deadlock)
        checks_tell_deadlock(drafts);
    else
        checks_tell(drafts);
}
