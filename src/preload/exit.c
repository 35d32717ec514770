/* SPDX-License-Identifier: MIT */
/*
 * Called by libc when the process exits.  The handler is the first to be registered and so
 * runs last, after the program's own handlers and destructors.
 */
#include "preload/exit.h"

#include "base/log.h"
#include "base/memory.h"
#include "locks/inversion.h"
#include "preload/public.h"
#include "preload/real.h"
#include "preload/tracer.h"
#include "report/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int exitcode;

static void at_exit(int status, void *argument)
{
    (void)argument;
    tracer_exits(status);
    finding_summary();
    tracer_tell_stats();
    if (memory_refused() > 0)
        log_line("there was not memory enough (option lock-memory): "
                 "locks that came later were not looked at");
    if (inversion_given_up() > 0)
        log_line("locks are nested in so many ways that not all cycles could be looked for");
    if (status == 0 && exitcode != 0 && finding_count(LEVEL_ERROR) > 0) {
        fflush(NULL); /* what exit(3) would do after us */
        _exit(exitcode);
    }
}

/* Past all handlers: what a shell does, and a worker that its parent has forked. */
PIHOOK_EXPORT void _exit(int status)
{
    tracer_exits(status);
    real_ready()->_exit(status);
    __builtin_unreachable();
}

void _Exit(int) ALIAS_OF(_exit) __attribute__((noreturn));

void exit_watch(int code)
{
    exitcode = code;
    on_exit(at_exit, NULL);
}
