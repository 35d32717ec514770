/* SPDX-License-Identifier: MIT */
/*
 * Called by libc when the process exits.  The handler is the first to be registered and so
 * runs last, after the program's own handlers and destructors.
 */
#include "preload/exit.h"

#include "report/finding.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int exitcode;

static void at_exit(int status, void *argument)
{
    (void)argument;
    finding_summary();
    if (status == 0 && exitcode != 0 && finding_count(LEVEL_ERROR) > 0) {
        fflush(NULL); /* what exit(3) would do after us */
        _exit(exitcode);
    }
}

void exit_watch(int code)
{
    exitcode = code;
    on_exit(at_exit, NULL);
    pthread_atfork(NULL, NULL, finding_forget);
}
