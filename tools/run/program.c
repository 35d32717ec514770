/* SPDX-License-Identifier: MIT */
/* Called once by `pihook run`, which is a process of one thread. */
#include "run/program.h"

#include "base/clock.h"
#include "command.h"
#include "run/processes.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_TO_END = 5 };

/* Of these we hear by sigtimedwait(); the program has them as they were. */
static const int HEARD[] = {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT};

static sigset_t heard_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof HEARD / sizeof *HEARD; i++)
        sigaddset(&set, HEARD[i]);
    return set;
}

static void start(char **argv, const sigset_t *mask)
{
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], argv);
    if (errno == ENOENT)
        _exit(fail(STATUS_NOT_FOUND, "%s: no such program", argv[0]));
    _exit(fail(STATUS_CANNOT_RUN, "%s can't be run: %s", argv[0], strerror(errno)));
}

static int64_t now(void)
{
    return clock_of_kernel() / 1000000;
}

struct waiting {
    pid_t program;
    int64_t limit; /* in milliseconds of now(), 0: none */
    bool asked_to_end;
    const struct folder *folder;
    bool *timed_out;
};

static void limit_reached(struct waiting *waiting)
{
    if (!waiting->asked_to_end)
        processes_ask(waiting->folder);
    processes_signal(waiting->folder, waiting->asked_to_end ? SIGKILL : SIGTERM);
    kill(waiting->program, waiting->asked_to_end ? SIGKILL : SIGTERM);
    waiting->limit = waiting->asked_to_end ? 0 : now() + SECONDS_TO_END * 1000;
    waiting->asked_to_end = true;
    *waiting->timed_out = true;
}

/* Waits for a signal, until the limit; 0: it was reached. */
static int next_signal(const struct waiting *waiting, const sigset_t *heard)
{
    int64_t left = waiting->limit - now();
    struct timespec time = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};

    if (waiting->limit == 0)
        return sigwaitinfo(heard, NULL);
    if (left <= 0)
        return 0;
    int number = sigtimedwait(heard, NULL, &time);
    return number < 0 && errno == EAGAIN ? 0 : number;
}

static int status_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int wait_for(struct waiting *waiting, const sigset_t *heard)
{
    int status;

    for (;;) {
        if (waitpid(waiting->program, &status, WNOHANG) == waiting->program)
            return status_of(status);
        int number = next_signal(waiting, heard);

        if (number == 0)
            limit_reached(waiting);
        else if (number == SIGTERM || number == SIGHUP)
            kill(waiting->program, number);
    }
}

int program_run(char **argv, const struct folder *folder, unsigned seconds, bool *timed_out)
{
    struct waiting waiting = {.limit = seconds == 0 ? 0 : now() + seconds * 1000LL,
                              .folder = folder,
                              .timed_out = timed_out};
    sigset_t heard = heard_signals(), before;

    *timed_out = false;
    sigprocmask(SIG_BLOCK, &heard, &before);
    waiting.program = fork();
    if (waiting.program < 0)
        return fail(STATUS_FAILED, "no process can be made: %s", strerror(errno));
    if (waiting.program == 0)
        start(argv, &before);
    return wait_for(&waiting, &heard);
}
