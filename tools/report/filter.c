/* SPDX-License-Identifier: MIT */
/* Called while a report is written; the command is a process of one thread. */
#include "report/filter.h"

#include "command.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child. */
static void become(const char *const *argv, int in, int out)
{
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        execvp(argv[0], (char *const *)argv);
    _exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN);
}

int filter_run(const char *const *argv, const char *name, FILE *in, FILE *out)
{
    int status = 0;
    pid_t child;

    fflush(out);
    child = fork();
    if (child == 0)
        become(argv, fileno(in), fileno(out));
    if (child < 0 || waitpid(child, &status, 0) != child)
        return fail(STATUS_FAILED, "%s can't be run: %s", argv[0], strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_NOT_FOUND)
        return fail(STATUS_FAILED, "format %s needs the program %s, which is not installed", name,
                    argv[0]);
    if (status != 0)
        return fail(STATUS_FAILED, "format %s: the program %s failed", name, argv[0]);
    return 0;
}
