/* SPDX-License-Identifier: MIT */
/*
 * Writing unnoticed.  Called by whatever writes text or data; it must never allocate, wait
 * for long, raise a signal or act on a cancellation of the program's thread.
 */
#include "base/write.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { FULL_PIPE_MS = 200 };

static bool sigpipe_is_pending(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

void write_begin(struct write_kept *kept)
{
    sigset_t pipe;

    kept->error = errno;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &kept->cancel_state);
    kept->pipe_pending = sigpipe_is_pending();
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    /* On Linux the thread's mask; pthread_sigmask is not in every glibc's libc.so. */
    sigprocmask(SIG_BLOCK, &pipe, &kept->mask);
}

void write_end(const struct write_kept *kept)
{
    const struct timespec at_once = {0};
    sigset_t pipe;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    if (!kept->pipe_pending && sigpipe_is_pending())
        while (sigtimedwait(&pipe, NULL, &at_once) < 0 && errno == EINTR)
            continue;
    sigprocmask(SIG_SETMASK, &kept->mask, NULL);
    pthread_setcancelstate(kept->cancel_state, NULL);
    errno = kept->error;
}

/* Returns false when nothing more can be written. */
static bool wait_for_room(int descriptor)
{
    struct pollfd full = {.fd = descriptor, .events = POLLOUT};

    return poll(&full, 1, FULL_PIPE_MS) > 0 && (full.revents & POLLOUT) != 0;
}

void write_all(int descriptor, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);

        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            if (!wait_for_room(descriptor))
                return;
        } else if (written == 0 || errno != EINTR) {
            return;
        }
    }
}
