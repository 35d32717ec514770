/* SPDX-License-Identifier: MIT */
/* Called while traces are read and written; the command has one thread. */
#include "trace/reading_progress.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdbool.h>
#include <unistd.h>

enum { FIRST_MS = 1000, NEXT_MS = 100 };

static struct {
    const char *what;
    uint64_t done, whole;
    int64_t next; /* when the line is due, in milliseconds */
    bool terminal, shown;
} progress;

static int64_t now(void)
{
    return clock_of_kernel() / 1000000;
}

void progress_begin(const char *what, uint64_t whole)
{
    progress_end();
    progress.what = what;
    progress.done = 0;
    progress.whole = whole;
    progress.terminal = isatty(STDERR_FILENO);
    progress.next = now() + FIRST_MS;
}

void progress_begin_writing(FILE *out, const char *what, uint64_t whole)
{
    if (!isatty(fileno(out)))
        progress_begin(what, whole);
}

static void show(void)
{
    uint64_t percent = progress.whole > 0 ? progress.done * 100 / progress.whole : 0;

    fprintf(stderr, "\rpihook: %s %3" PRIu64 " %%", progress.what, percent < 100 ? percent : 100);
    fflush(stderr);
    progress.shown = true;
}

void progress_add(uint64_t done)
{
    progress.done += done;
    if (!progress.terminal || now() < progress.next)
        return;
    show();
    progress.next = now() + NEXT_MS;
}

void progress_end(void)
{
    if (progress.shown)
        fputs("\r\033[K", stderr);
    progress.shown = false;
    progress.terminal = false;
}
