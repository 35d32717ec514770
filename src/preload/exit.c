/* SPDX-License-Identifier: MIT */
/*
 * Called by libc when the process exits.  The handler is the first to be registered and so
 * runs last, after the program's own handlers and destructors.
 */
#include "preload/exit.h"

#include "base/log.h"
#include "base/memory.h"
#include "locks/inversion.h"
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
    if (memory_refused() > 0)
        log_line("there was not memory enough (option lock-memory): "
                 "locks that came later were not looked at");
    if (inversion_was_too_deep())
        log_line("more than 1024 locks were held at once: the order of the last was not looked at");
    if (inversion_given_up() > 0)
        log_line("locks are nested in so many ways that not all cycles could be looked for");
    if (status == 0 && exitcode != 0 && finding_count(LEVEL_ERROR) > 0) {
        fflush(NULL); /* what exit(3) would do after us */
        _exit(exitcode);
    }
}

void exit_watch(int code)
{
    exitcode = code;
    on_exit(at_exit, NULL);
}
