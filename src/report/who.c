/* SPDX-License-Identifier: MIT */
/* Who tells.  Called for each finding that is told; it must ask the kernel, not libc. */
#include "report/who.h"

#include "base/whole.h"
#include "report/place.h"

#include <errno.h>
#include <fcntl.h>
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

void who_command(char *bytes, size_t size)
{
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? 0 : whole_read(file, bytes, size - 1);

    if (file >= 0)
        close(file);
    while (count > 0 && bytes[count - 1] == '\0')
        count--;
    for (ssize_t i = 0; i < count; i++)
        if (bytes[i] == '\0')
            bytes[i] = ' ';
    bytes[count > 0 ? count : 0] = '\0';
}
