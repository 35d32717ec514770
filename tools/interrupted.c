/* SPDX-License-Identifier: MIT */
/* Called by files and progress that a signal must not leave half done. */
#include "interrupted.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int ENDS[] = {SIGINT, SIGTERM, SIGHUP};

enum { END_COUNT = sizeof ENDS / sizeof *ENDS };

static const char *volatile unfinished;
static volatile sig_atomic_t line_is_shown;
static bool watched;
static struct sigaction before[END_COUNT];

static void put_right(int number)
{
    if (unfinished)
        unlink(unfinished);
    if (line_is_shown && write(STDERR_FILENO, ERASE_LINE, strlen(ERASE_LINE)) < 0)
        line_is_shown = false;
    raise(number); /* which ends the command, once this has returned */
}

static void watch(void)
{
    const struct sigaction action = {.sa_handler = put_right, .sa_flags = (int)SA_RESETHAND};

    for (size_t i = 0; i < END_COUNT; i++) {
        sigaction(ENDS[i], NULL, &before[i]);
        if (before[i].sa_handler == SIG_DFL)
            sigaction(ENDS[i], &action, NULL);
    }
}

static void watch_no_more(void)
{
    for (size_t i = 0; i < END_COUNT; i++)
        if (before[i].sa_handler == SIG_DFL)
            sigaction(ENDS[i], &before[i], NULL);
}

static void settle(void)
{
    bool wanted = unfinished || line_is_shown;

    if (wanted && !watched)
        watch();
    else if (!wanted && watched)
        watch_no_more();
    watched = wanted;
}

void interrupted_unlinks(const char *path)
{
    unfinished = path;
    settle();
}

void interrupted_erases(bool line)
{
    line_is_shown = line;
    settle();
}
