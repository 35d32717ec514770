/* SPDX-License-Identifier: MIT */
/* Called while much is read, looked for and written; the command has one thread. */
#include "progress.h"

#include "base/clock.h"
#include "interrupted.h"

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

/* Each line is one call, so that it is whole whenever a signal comes. */
static void show(void)
{
    uint64_t percent = progress.whole > 0 ? progress.done * 100 / progress.whole : 0;

    interrupted_erases(true);
    if (progress.whole > 0)
        fprintf(stderr, "\rpihook: %s %3" PRIu64 " %%", progress.what,
                percent < 100 ? percent : 100);
    else
        fprintf(stderr, "\rpihook: %s", progress.what);
    fflush(stderr);
    progress.shown = true;
}

void progress_hide(void)
{
    if (!progress.shown)
        return;
    fputs(ERASE_LINE, stderr);
    fflush(stderr);
    interrupted_erases(false);
    progress.shown = false;
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
    progress_hide();
    progress.terminal = false;
}
