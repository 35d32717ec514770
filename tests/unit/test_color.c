/* SPDX-License-Identifier: MIT */
/* When findings are coloured. */
#include "report/color.h"

#include "base/log.h"
#include "scratch.h"
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int kept_stderr;

static int enter(void **state)
{
    unsetenv("NO_COLOR");
    unsetenv("CLICOLOR_FORCE");
    setenv("TERM", "xterm", 1);
    kept_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 500);
    return scratch_enter(state);
}

static int leave(void **state)
{
    log_to("");
    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
    return scratch_leave(state);
}

static bool automatic(void)
{
    color_configure(COLOR_AUTO);
    return color_is_on();
}

static void put_terminal_on_stderr(void)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    assert_true(terminal >= 0);
    dup2(terminal, STDERR_FILENO);
    close(terminal);
}

static void put_file_on_stderr(void)
{
    int file = open("stderr", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    dup2(file, STDERR_FILENO);
    close(file);
}

static void terminals(void **state)
{
    (void)state;
    put_terminal_on_stderr();
    assert_true(automatic());
    setenv("TERM", "dumb", 1);
    assert_false(automatic());
    unsetenv("TERM");
    assert_false(automatic());
}

static void files(void **state)
{
    (void)state;
    put_terminal_on_stderr();
    assert_true(automatic());
    put_file_on_stderr();
    assert_false(color_is_on());
}

static void environment(void **state)
{
    (void)state;
    put_file_on_stderr();
    setenv("CLICOLOR_FORCE", "1", 1);
    assert_true(automatic());
    setenv("CLICOLOR_FORCE", "0", 1);
    assert_false(automatic());
    setenv("CLICOLOR_FORCE", "1", 1);
    setenv("NO_COLOR", "1", 1);
    assert_false(automatic());
    setenv("NO_COLOR", "", 1);
    assert_true(automatic());
}

static void options(void **state)
{
    (void)state;
    put_file_on_stderr();
    setenv("NO_COLOR", "1", 1);
    color_configure(COLOR_ALWAYS);
    assert_true(color_is_on());
    log_to("log");
    assert_false(color_is_on());
    log_to("");
    color_configure(COLOR_NEVER);
    put_terminal_on_stderr();
    assert_false(color_is_on());
}

#define COLOR_CASE(sentence, function)         \
    {                                          \
        sentence, function, enter, leave, NULL \
    }

int main(void)
{
    const struct CMUnitTest cases[] = {
        COLOR_CASE("a terminal is coloured unless it is dumb", terminals),
        COLOR_CASE("a file that comes in the place of the terminal is not", files),
        COLOR_CASE("NO_COLOR goes before CLICOLOR_FORCE, and that before the terminal",
                   environment),
        COLOR_CASE("the option goes before all, but a log file is never coloured", options),
    };

    return RUN_CASES(cases);
}
