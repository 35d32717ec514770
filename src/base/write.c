/* SPDX-License-Identifier: MIT */
/*
 * Writing unnoticed.  Called by whatever writes text or data; it must never allocate, wait
 * for long, raise a signal or act on a cancellation of the program's thread.
 */
#include "base/write.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

enum { FULL_PIPE_MS = 200 };

/* What writing may raise, in the thread that writes. */
static const int RAISED[] = {SIGPIPE, SIGXFSZ};
enum { RAISED_COUNT = sizeof RAISED / sizeof *RAISED };

void write_begin(struct write_kept *kept)
{
    sigset_t raised;

    kept->error = errno;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &kept->cancel_state);
    sigemptyset(&kept->pending);
    sigpending(&kept->pending);
    sigemptyset(&raised);
    for (unsigned i = 0; i < RAISED_COUNT; i++)
        sigaddset(&raised, RAISED[i]);
    /* On Linux the thread's mask; pthread_sigmask is not in every glibc's libc.so. */
    sigprocmask(SIG_BLOCK, &raised, &kept->mask);
}

/* A signal that was not there before is taken back. */
static void take_back(int raised, const sigset_t *before)
{
    const struct timespec at_once = {0};
    sigset_t now, only;

    if (sigismember(before, raised) || sigpending(&now) != 0 || !sigismember(&now, raised))
        return;
    sigemptyset(&only);
    sigaddset(&only, raised);
    while (sigtimedwait(&only, NULL, &at_once) < 0 && errno == EINTR)
        continue;
}

void write_end(const struct write_kept *kept)
{
    for (unsigned i = 0; i < RAISED_COUNT; i++)
        take_back(RAISED[i], &kept->pending);
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
