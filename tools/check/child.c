/* SPDX-License-Identifier: MIT */
/*
 * Runs a program and keeps its output, with a time limit.
 * Called by `pihook check` for a program's loader and for a Python.
 */
#include "check/child.h"

#include "base/clock.h"
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct stream {
    int fd;
    char *buffer;
    size_t length;
};

static int64_t now_ms(void)
{
    return clock_of_kernel() / 1000000;
}

/* In the child; never returns.  The exit status stands for an exec that failed. */
static void become(char *const *argv, char *const *settings, int output, int errors)
{
    int null = open("/dev/null", O_RDONLY);

    for (; *settings; settings++)
        putenv(*settings);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0)
        _exit(STATUS_FAILED);
    if (null > STDERR_FILENO)
        close(null);
    execv(argv[0], argv);
    _exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN);
}

/* Closes the stream at its end. */
static void stream_read(struct stream *stream)
{
    char rest[4096];
    size_t room = CHILD_OUTPUT_MAX - 1 - stream->length;
    ssize_t count = room ? read(stream->fd, stream->buffer + stream->length, room)
                         : read(stream->fd, rest, sizeof rest);

    if (count < 0 && errno == EINTR)
        return;
    if (count <= 0) {
        close(stream->fd);
        stream->fd = -1;
    } else if (room) {
        stream->length += (size_t)count;
    }
}

/* Returns false when the time was over before both streams ended. */
static bool streams_read(struct stream *streams, int64_t deadline)
{
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        struct pollfd polls[2] = {{streams[0].fd, POLLIN, 0}, {streams[1].fd, POLLIN, 0}};
        int64_t left = deadline - now_ms();

        if (left <= 0)
            return false;
        if (poll(polls, 2, (int)left) <= 0)
            continue;
        for (int i = 0; i < 2; i++)
            if (polls[i].revents)
                stream_read(&streams[i]);
    }
    return true;
}

/* A program may close its output and go on: the end itself is waited for, too. */
static bool wait_end(pid_t pid, int *status, int64_t deadline)
{
    static const struct timespec pause = {0, 5 * 1000 * 1000};

    while (waitpid(pid, status, WNOHANG) == 0) {
        if (now_ms() > deadline)
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

static void collect(pid_t pid, struct stream *streams, int seconds, struct child *child)
{
    int64_t deadline = now_ms() + (int64_t)seconds * 1000;

    child->timed_out = !streams_read(streams, deadline) || !wait_end(pid, &child->status, deadline);
    if (child->timed_out) {
        kill(pid, SIGKILL);
        waitpid(pid, &child->status, 0);
    }
    for (int i = 0; i < 2; i++)
        if (streams[i].fd >= 0)
            close(streams[i].fd);
    child->output[streams[0].length] = '\0';
    child->errors[streams[1].length] = '\0';
}

int child_run(char *const *argv, char *const *settings, int seconds, struct child *child)
{
    int output[2], errors[2];
    pid_t pid;

    /* Ignored, as some callers leave it, the child's status would be lost. */
    signal(SIGCHLD, SIG_DFL);
    if (pipe2(output, O_CLOEXEC))
        return -errno;
    if (pipe2(errors, O_CLOEXEC)) {
        close(output[0]);
        close(output[1]);
        return -errno;
    }
    pid = fork();
    if (pid == 0)
        become(argv, settings, output[1], errors[1]);
    close(output[1]);
    close(errors[1]);
    if (pid < 0) {
        close(output[0]);
        close(errors[0]);
        return -EAGAIN;
    }
    struct stream streams[2] = {{output[0], child->output, 0}, {errors[0], child->errors, 0}};
    collect(pid, streams, seconds, child);
    return 0;
}

bool child_succeeded(const struct child *child)
{
    return !child->timed_out && WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0;
}

static void add_last_error(const struct child *child, struct text *text)
{
    const char *end = child->errors + strlen(child->errors), *start;

    while (end > child->errors && end[-1] == '\n')
        end--;
    for (start = end; start > child->errors && start[-1] != '\n';)
        start--;
    if (start == end)
        return;
    text_add(text, ": ");
    text_add_bytes(text, start, (size_t)(end - start));
}

void child_add_end(const struct child *child, struct text *text)
{
    if (child->timed_out) {
        text_add(text, "it did not end in time");
    } else if (WIFSIGNALED(child->status)) {
        text_add(text, "it was ended by signal ");
        text_add_int(text, WTERMSIG(child->status));
    } else {
        text_add(text, "it ended with status ");
        text_add_int(text, WEXITSTATUS(child->status));
    }
    add_last_error(child, text);
}
