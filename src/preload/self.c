/* SPDX-License-Identifier: MIT */
/*
 * Threads come and go.  Called by wrappers when a thread has no record yet, by
 * pthread_create's, and by libc when a thread ends; it must never allocate from the program.
 */
#include "preload/self.h"

#include "base/text.h"
#include "base/whole.h"
#include "preload/checks.h"
#include "preload/guard.h"
#include "preload/real.h"
#include "preload/tracer.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The main thread's stack grows up to its limit; no more of it is read than that. */
#define MAIN_STACK_MOST ((uintptr_t)8 << 20)

/* libc keeps the first so many keys without allocating. */
enum { KEYS_WITHOUT_MEMORY = 32 };

extern void *__libc_stack_end; /* the loader's */

/* No lock fits in for a thread that is not known yet, nor for one that is not tracked. */
static struct held nothing[1] = {{.kind = HELD_BASE}};
#define NO_ROOM                                                                \
    {                                                                          \
        .base = nothing, .top = nothing, .end = nothing, .script_end = nothing \
    }
static struct thread unseen = NO_ROOM;
static struct thread nobody = NO_ROOM;

__thread struct thread *thread_self = &unseen;

/* The calling thread's record, if it has one. */
static struct thread *seen_self(void)
{
    return thread_self == &unseen || thread_self == &nobody ? NULL : thread_self;
}

static pthread_key_t end_key;
static bool ends_are_watched;

static void at_end(void *record);

static void watch_end(struct thread *self)
{
    if (ends_are_watched)
        pthread_setspecific(end_key, self);
}

/* Destructors of other keys may still use locks: be called again, up to the last time. */
static void at_end(void *record)
{
    struct thread *self = record;
    struct guard guard;

    if (++self->ends < PTHREAD_DESTRUCTOR_ITERATIONS) {
        watch_end(self);
        return;
    }
    checks_thread_ends(self);
    tracer_thread_ends(self);
    thread_self = &nobody;
    if (guard_enter(NULL, &guard)) {
        threads_end(self);
        guard_leave(NULL, &guard);
    }
}

void self_watch_ends(void)
{
    if (real_ready()->pthread_key_create(&end_key, at_end) != 0)
        return;
    ends_are_watched = end_key < KEYS_WITHOUT_MEMORY;
    if (!ends_are_watched)
        pthread_key_delete(end_key);
    else if (seen_self() != NULL)
        watch_end(thread_self);
}

/* ---- threads that were not seen to be created: the first one, and those of libc ---- */

static struct unwind_stack main_stack(void)
{
    struct rlimit limit = {.rlim_cur = 0};
    uintptr_t high = (uintptr_t)__libc_stack_end, most = MAIN_STACK_MOST;

    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < most)
        most = limit.rlim_cur;
    return (struct unwind_stack){.low = high - most, .high = high};
}

static struct thread *enter_unseen(void)
{
    pid_t tid = (pid_t)syscall(SYS_gettid);
    struct thread *self = NULL;
    struct guard guard;

    if (guard_enter(NULL, &guard)) {
        self = threads_enter(tid, (uintptr_t)pthread_self());
        guard_leave(NULL, &guard);
    }
    if (self == NULL)
        return NULL;
    if (tid == getpid())
        self->stack = main_stack();
    checks_created(NULL, self);
    return self;
}

struct thread *self_enter(void)
{
    struct thread *self = thread_self;

    if (self != &unseen)
        return self == &nobody ? NULL : self;
    real_ready();
    self = checks_state == CHECKS_OFF ? NULL : enter_unseen();
    thread_self = self == NULL ? &nobody : self;
    if (self != NULL) {
        watch_end(self);
        tracer_thread_begins(self);
    }
    return self;
}

/* ---- threads that are created by a wrapped call ---- */

static size_t stack_size(const pthread_attr_t *attributes)
{
    pthread_attr_t usual;
    size_t size = 0;

    if (attributes != NULL) {
        pthread_attr_getstacksize(attributes, &size);
    } else if (pthread_attr_init(&usual) == 0) {
        pthread_attr_getstacksize(&usual, &size);
        pthread_attr_destroy(&usual);
    }
    return size;
}

struct thread *self_expect(struct thread *creator, const pthread_attr_t *attributes)
{
    int detached = PTHREAD_CREATE_JOINABLE;
    struct thread *expected = NULL;
    struct guard guard;

    if (!guard_enter(creator, &guard))
        return NULL;
    expected = threads_enter(0, 0);
    guard_leave(creator, &guard);
    if (expected == NULL)
        return NULL;
    if (attributes != NULL)
        pthread_attr_getdetachstate(attributes, &detached);
    expected->stack.high = stack_size(attributes); /* until the thread knows where it is */
    expected->joinable = detached == PTHREAD_CREATE_JOINABLE;
    checks_created(creator, expected);
    return expected;
}

/* libc keeps a thread's own data at the upper end of its stack. */
static struct unwind_stack created_stack(size_t size)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), high = (uintptr_t)pthread_self();

    if (here >= high || high - here >= size)
        return (struct unwind_stack){0, 0};
    return (struct unwind_stack){.low = high - size, .high = high};
}

void self_begin(struct thread *self)
{
    struct guard guard;

    self->stack = created_stack(self->stack.high);
    if (guard_enter(NULL, &guard)) {
        threads_name(self, (pid_t)syscall(SYS_gettid), (uintptr_t)pthread_self());
        guard_leave(NULL, &guard);
    }
    thread_self = self;
    watch_end(self);
    tracer_thread_begins(self);
}

void self_created(struct thread *expected, uint32_t number, uintptr_t handle)
{
    struct guard guard;

    if (!guard_enter(seen_self(), &guard))
        return;
    if (expected->number == number && expected->handle == 0 && expected->joinable)
        threads_name(expected, expected->tid, handle);
    guard_leave(seen_self(), &guard);
}

void self_cancel(struct thread *expected)
{
    struct guard guard;

    if (guard_enter(NULL, &guard)) {
        expected->joinable = false;
        threads_end(expected);
        guard_leave(NULL, &guard);
    }
}

void self_detach(struct thread *thread)
{
    struct guard guard;

    if (thread != NULL && guard_enter(NULL, &guard)) {
        threads_let_go(thread);
        guard_leave(NULL, &guard);
    }
}

void self_learn_name(struct thread *other)
{
    char path[64], name[sizeof other->name + 1];
    struct text text = text_in(path, sizeof path);

    text_add(&text, "/proc/self/task/");
    text_add_int(&text, other->tid);
    text_add(&text, "/comm");
    ssize_t length = whole_of_kernel(path, name, sizeof name);
    if (length < 1 || name[length - 1] != '\n')
        return;
    name[length - 1] = '\0';
    memcpy(other->name, name, (size_t)length);
}

void self_forked(void)
{
    struct thread *self = seen_self();

    threads_forked(self, (pid_t)syscall(SYS_gettid));
}

void self_switch_off(void)
{
    thread_self = &nobody;
}
