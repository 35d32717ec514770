/* SPDX-License-Identifier: MIT */
/*
 * Whoever gets the signal first asks the others, by the same signal, to say where they are and
 * to stay there; then it tells about all.  A thread that is known to wait for a lock need not
 * answer, nor can one that blocks all signals.
 *
 * Runs in a signal handler, anywhere in the program: it allocates nothing of the program's, and
 * waits only for a moment.
 */
#include "preload/dump.h"

#include "base/memory.h"
#include "locks/dump.h"
#include "locks/threads.h"
#include "preload/checks.h"
#include "preload/checks_common.h"
#include "preload/guard.h"
#include "preload/self.h"
#include "preload/tracer.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Of more threads than that only the number is told. */
enum { DUMPED_MOST = 1000 };

/* In milliseconds: how long answers are waited for, and how long a thread stays where it is. */
enum { ANSWERS_WAIT = 200, STAY = 5000 };

struct dump_answer {
    struct unwind_registers at;
    const void *script_top;
};

static int dump_signal;
static bool is_asking; /* a thread puts a dump together */

static void wait_a_moment(void)
{
    const struct timespec moment = {.tv_nsec = 1000000};

    syscall(SYS_nanosleep, &moment, NULL);
}

/* ---- a thread that is asked ---- */

static void answer(struct thread *self, const void *context)
{
    struct dump_answer answer = {.script_top = checks_script_top()};

    unwind_signalled(context, &answer.at);
    __atomic_store_n(&self->answer, &answer, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < STAY && __atomic_load_n(&is_asking, __ATOMIC_ACQUIRE); i++)
        wait_a_moment();
    __atomic_store_n(&self->answer, NULL, __ATOMIC_RELEASE);
}

/* ---- the one that asks ---- */

static bool is_known_to_wait(const struct thread *thread)
{
    return __atomic_load_n(&thread->blocked, __ATOMIC_ACQUIRE);
}

static bool is_asked(const struct thread *thread, const struct thread *self)
{
    return thread != self && thread->state == THREAD_LIVE && thread->tid != 0 &&
           !is_known_to_wait(thread);
}

static unsigned ask_all(const struct thread *self)
{
    unsigned asked = 0;

    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        if (is_asked(thread, self))
            asked += syscall(SYS_tgkill, getpid(), thread->tid, dump_signal) == 0;
    return asked;
}

static unsigned count_answers(void)
{
    unsigned answers = 0;

    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;)
        answers += __atomic_load_n(&thread->answer, __ATOMIC_ACQUIRE) != NULL;
    return answers;
}

struct dump {
    unsigned count, all;
    struct dump_entry entries[DUMPED_MOST];
    struct script_stack scripts[DUMPED_MOST];
};

static void add_entry(struct dump *dump, struct thread *thread, const struct dump_answer *answer)
{
    struct dump_entry *entry = &dump->entries[dump->count];
    struct script_stack *script = &dump->scripts[dump->count];
    const void *top = answer != NULL             ? answer->script_top
                      : is_known_to_wait(thread) ? thread->script_top
                                                 : NULL;

    dump->count++;
    entry->thread = thread;
    entry->at = is_known_to_wait(thread) ? &thread->blocked_at
                : answer != NULL         ? &answer->at
                                         : NULL;
    if (checks_script_of(top, script) > 0)
        entry->script = script;
}

static void collect(struct dump *dump, struct thread *self, const struct dump_answer *own)
{
    for (struct thread *thread = NULL; (thread = threads_next(thread)) != NULL;) {
        if (thread->state != THREAD_LIVE || thread->tid == 0)
            continue;
        dump->all++;
        if (dump->count < DUMPED_MOST)
            add_entry(dump, thread,
                      thread == self ? own : __atomic_load_n(&thread->answer, __ATOMIC_ACQUIRE));
    }
}

static void tell(struct thread *self, const struct dump_answer *own)
{
    struct dump *dump = memory_take(sizeof *dump);
    struct draft *drafts = NULL;
    struct guard guard;

    if (dump == NULL)
        return;
    collect(dump, self, own);
    if (guard_enter(self, &guard)) {
        for (unsigned i = 0; i < dump->count; i++)
            self_learn_name(dump->entries[i].thread);
        dump_add(dump->entries, dump->count, dump->all, &drafts);
        guard_leave(self, &guard);
    }
    checks_tell(drafts);
    memory_give(dump, sizeof *dump);
}

static void ask(struct thread *self, const void *context)
{
    struct dump_answer own = {.script_top = checks_script_top()};
    unsigned asked = ask_all(self);

    unwind_signalled(context, &own.at);
    for (unsigned i = 0; i < ANSWERS_WAIT && count_answers() < asked; i++)
        wait_a_moment();
    tell(self, &own);
    tracer_tell_stats();
}

static void on_signal(int number, siginfo_t *information, void *context)
{
    struct thread *self = self_enter();
    bool is_ours = information->si_code == SI_TKILL && information->si_pid == getpid();
    int error = errno;

    (void)number;
    if (self != NULL && is_ours) {
        answer(self, context);
    } else if (self != NULL && !__atomic_exchange_n(&is_asking, true, __ATOMIC_ACQ_REL)) {
        ask(self, context);
        __atomic_store_n(&is_asking, false, __ATOMIC_RELEASE);
    }
    errno = error;
}

void dump_on(int signal_number)
{
    struct sigaction present;
    const struct sigaction ours = {.sa_sigaction = on_signal,
                                   .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};

    if (sigaction(signal_number, NULL, &present) != 0 || (present.sa_flags & SA_SIGINFO) != 0 ||
        present.sa_handler != SIG_DFL)
        return;
    dump_signal = signal_number;
    sigaction(signal_number, &ours, NULL);
}
