/* SPDX-License-Identifier: MIT */
/*
 * Writing from inside a thread of the program, which must not notice.
 *
 * What is opened, polled and written between write_begin and write_end raises no SIGPIPE, nor
 * the SIGXFSZ of a limit for files, is no point of cancellation and keeps errno.  Any thread,
 * signal handlers too.
 */
#ifndef PIHOOK_BASE_WRITE_H
#define PIHOOK_BASE_WRITE_H

#include <signal.h>
#include <stddef.h>

/* What the program's thread must find again as it was. */
struct write_kept {
    int error;
    int cancel_state;
    sigset_t mask, pending;
};

void write_begin(struct write_kept *kept);
void write_end(const struct write_kept *kept);

/* One write(2) where the descriptor takes it; what a full pipe does not take soon is lost. */
void write_all(int descriptor, const char *bytes, size_t count);

#endif
