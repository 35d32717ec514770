/* SPDX-License-Identifier: MIT */
/* Who tells.  Called for each finding that is told; it must ask the kernel, not libc. */
#include "report/who.h"

#include "report/place.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct who who_here(void)
{
    struct who who = {
        .pid = getpid(),
        .tid = (pid_t)syscall(SYS_gettid),
        .process = program_invocation_short_name,
        .executable = place_program(),
    };

    prctl(PR_GET_NAME, who.thread);
    return who;
}
