/* SPDX-License-Identifier: MIT */
/* pihook's own text, on stderr and in files, across fork. */
#include "base/log.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ------------------------------------------------------------------------- stderr */

static int kept_stderr;

static int enter(void **state)
{
    int result = scratch_enter(state);

    kept_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 500);
    int file = open("stderr", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
    return result;
}

static int leave(void **state)
{
    log_to("");
    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
    return scratch_leave(state);
}

static int first_log_descriptor(void)
{
    for (int number = 600; number < 1200; number++)
        if (fcntl(number, F_GETFD) >= 0)
            return number;
    return -1;
}

static void forms_of_lines(void **state)
{
    (void)state;
    log_line("all is well");
    log_complaint("a.conf", 12, "expected less");
    log_complaint("PIHOOK_OPTIONS", 0, "expected more");
    log_write("raw", 3);
    assert_string_equal(scratch_text("stderr"), "pihook: all is well\n"
                                                "pihook: a.conf:12: expected less\n"
                                                "pihook: PIHOOK_OPTIONS: expected more\n"
                                                "raw");
}

static void long_lines(void **state)
{
    char sentence[5000];

    (void)state;
    memset(sentence, 'x', sizeof sentence);
    sentence[sizeof sentence - 1] = '\0';
    log_line(sentence);
    const char *text = scratch_text("stderr");
    assert_true(strlen(text) > 1000);
    assert_string_equal(text + strlen(text) - 4, "...\n");
}

static void one_write(void **state)
{
    int ends[2];
    char packet[256] = "";

    (void)state;
    /* A pipe in packet mode gives each write to a read of its own. */
    assert_int_equal(pipe2(ends, O_DIRECT | O_CLOEXEC), 0);
    dup2(ends[1], STDERR_FILENO);
    log_complaint("a.conf", 7, "expected one write");
    log_line("another");
    assert_true(read(ends[0], packet, sizeof packet) > 0);
    assert_string_equal(packet, "pihook: a.conf:7: expected one write\n");
    close(ends[0]);
    close(ends[1]);
}

static void keeps_errno(void **state)
{
    (void)state;
    errno = E2BIG;
    log_line("to stderr");
    assert_int_equal(errno, E2BIG);
    log_to("no/such/folder/log");
    log_line("to nowhere");
    assert_int_equal(errno, E2BIG);
}

static void no_sigpipe(void **state)
{
    int ends[2];
    sigset_t pending, mask;

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    log_line("nobody reads this");
    sigpending(&pending);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
    assert_int_equal(sigismember(&mask, SIGPIPE), 0);
}

static void waiting_sigpipe(void **state)
{
    int ends[2];
    sigset_t pending, pipe_only;

    (void)state;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    sigprocmask(SIG_BLOCK, &pipe_only, NULL);
    raise(SIGPIPE);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    log_line("nobody reads this");
    sigpending(&pending);
    assert_int_equal(sigismember(&pending, SIGPIPE), 1);
    signal(SIGPIPE, SIG_IGN); /* takes the waiting one */
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &pipe_only, NULL);
}

static void full_pipe(void **state)
{
    int ends[2];
    char page[4096] = "";

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    while (write(ends[1], page, sizeof page) > 0)
        continue;
    dup2(ends[1], STDERR_FILENO);
    log_line("nobody reads this, and it returns"); /* or the test never ends */
    close(ends[0]);
    close(ends[1]);
}

static bool came_back;

static void *log_cancelled(void *unused)
{
    (void)unused;
    pthread_cancel(pthread_self());
    log_line("cancelled");
    came_back = true;
    pthread_testcancel();
    return NULL;
}

static void cancelled_thread(void **state)
{
    pthread_t thread;
    void *result = NULL;

    (void)state;
    came_back = false;
    log_to("log");
    assert_int_equal(pthread_create(&thread, NULL, log_cancelled, NULL), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_true(came_back);
    assert_ptr_equal(result, PTHREAD_CANCELED);
    assert_string_equal(scratch_text("log"), "pihook: cancelled\n");
}

/* --------------------------------------------------------------------------- file */

static void opens_late(void **state)
{
    (void)state;
    log_to("log");
    assert_null(scratch_text("log"));
    log_write("", 0);
    assert_null(scratch_text("log"));
    log_line("first");
    assert_string_equal(scratch_text("log"), "pihook: first\n");
    assert_string_equal(scratch_text("stderr"), "");
}

static void percent_signs(void **state)
{
    (void)state;
    log_to("100%.p-%d%");
    log_line("one");
    assert_string_equal(scratch_text("100%.p-%d%"), "pihook: one\n");
}

static void folder_of_the_start(void **state)
{
    (void)state;
    log_to("log");
    assert_int_equal(mkdir("elsewhere", 0700), 0);
    assert_int_equal(chdir("elsewhere"), 0);
    log_line("one");
    assert_int_equal(chdir(".."), 0);
    assert_string_equal(scratch_text("log"), "pihook: one\n");
    assert_null(scratch_text("elsewhere/log"));
}

static void appends(void **state)
{
    (void)state;
    scratch_file("log", "before\n", 7, 0600);
    log_to("log");
    log_line("after");
    assert_string_equal(scratch_text("log"), "before\npihook: after\n");
}

static void back_to_stderr(void **state)
{
    (void)state;
    log_to("log");
    log_line("one");
    log_to("");
    log_line("two");
    assert_string_equal(scratch_text("log"), "pihook: one\n");
    assert_string_equal(scratch_text("stderr"), "pihook: two\n");
    assert_int_equal(first_log_descriptor(), -1);
}

static void descriptor_numbers(void **state)
{
    int before = dup(STDERR_FILENO);

    (void)state;
    close(before);
    log_to("log");
    log_line("opened");
    int after = dup(STDERR_FILENO);
    close(after);
    assert_int_equal(after, before);
    int ours = first_log_descriptor();
    assert_true(ours >= 1000);
    assert_int_equal(fcntl(ours, F_GETFD), FD_CLOEXEC);
}

static void few_descriptors(void **state)
{
    struct rlimit kept, few;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &kept), 0);
    few = kept;
    few.rlim_cur = 64;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    log_to("log");
    log_line("written");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &kept), 0);
    assert_string_equal(scratch_text("log"), "pihook: written\n");
}

static void unopenable(void **state)
{
    (void)state;
    log_to("/no/such/log");
    log_line("one");
    log_line("two");
    assert_string_equal(
        scratch_text("stderr"),
        "pihook: text goes to stderr, for the log file can't be opened (no such file "
        "or folder): /no/such/log\n"
        "pihook: one\n"
        "pihook: two\n");
}

static void long_path(void **state)
{
    char path[4000];

    (void)state;
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    log_to(path);
    log_line("one");
    const char *text = scratch_text("stderr");
    assert_non_null(strstr(text, "name too long"));
    assert_non_null(strstr(text, "pihook: one\n"));
}

static void fifo(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("log", 0600), 0);
    log_to("log");
    log_line("one"); /* or the test never ends */
    assert_non_null(strstr(scratch_text("stderr"), "nobody reads it"));
    assert_non_null(strstr(scratch_text("stderr"), "pihook: one\n"));
}

static void closed_by_program(void **state)
{
    (void)state;
    log_to("log");
    log_line("one");
    int ours = first_log_descriptor();
    int other = open("precious", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(dup2(other, ours), ours);
    log_line("two");
    assert_string_equal(scratch_text("precious"), "");
    assert_string_equal(scratch_text("log"), "pihook: one\npihook: two\n");
    assert_int_equal(write(ours, "x", 1), 1); /* it was not closed either */
    close(ours);
    close(other);
    log_line("three");
    assert_string_equal(scratch_text("log"), "pihook: one\npihook: two\npihook: three\n");
}

/* --------------------------------------------------------------------------- fork */

static pid_t log_in_child(const char *sentence)
{
    pid_t child = fork();

    if (child == 0) {
        log_line(sentence);
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    return child;
}

static void names_of(pid_t process, char name[static 32])
{
    snprintf(name, 32, "log.%d.txt", (int)process);
}

static void file_per_process(void **state)
{
    char parent_log[32], child_log[32];

    (void)state;
    log_to("log.%p.txt");
    log_line("parent");
    pid_t child = log_in_child("child");
    log_line("parent again");
    names_of(getpid(), parent_log);
    names_of(child, child_log);
    assert_string_equal(scratch_text(parent_log), "pihook: parent\npihook: parent again\n");
    assert_string_equal(scratch_text(child_log), "pihook: child\n");
}

static void vfork_child(void **state)
{
    char parent_log[32], child_log[32];

    (void)state;
    log_to("log.%p.txt");
    log_line("parent");
    pid_t child = vfork();
    if (child == 0) {
        log_line("child");
        _exit(0);
    }
    log_line("parent again");
    assert_int_equal(waitpid(child, NULL, 0), child);
    names_of(getpid(), parent_log);
    names_of(child, child_log);
    assert_string_equal(scratch_text(parent_log), "pihook: parent\npihook: parent again\n");
    assert_string_equal(scratch_text(child_log), "pihook: child\n");
}

static void one_file_for_all(void **state)
{
    (void)state;
    log_to("log");
    log_line("parent");
    log_in_child("child");
    log_line("parent again");
    assert_string_equal(scratch_text("log"),
                        "pihook: parent\npihook: child\npihook: parent again\n");
}

#define LOG_CASE(sentence, function)           \
    {                                          \
        sentence, function, enter, leave, NULL \
    }

int main(void)
{
    const struct CMUnitTest cases[] = {
        LOG_CASE("lines and complaints have their forms on stderr", forms_of_lines),
        LOG_CASE("a line too long is cut and still ends", long_lines),
        LOG_CASE("each line is one write", one_write),
        LOG_CASE("errno is kept", keeps_errno),
        LOG_CASE("a closed pipe as stderr raises no SIGPIPE", no_sigpipe),
        LOG_CASE("a cancelled thread writes its text and is cancelled after it", cancelled_thread),
        LOG_CASE("a SIGPIPE that the program waits for is left to it", waiting_sigpipe),
        LOG_CASE("a full non-blocking pipe as stderr does not stop the program", full_pipe),
        LOG_CASE("the log file is made by the first text only", opens_late),
        LOG_CASE("a percent sign before another letter stands for itself", percent_signs),
        LOG_CASE("a relative path starts from the folder of the start", folder_of_the_start),
        LOG_CASE("text is appended to a log file that is there", appends),
        LOG_CASE("an empty path leads back to stderr and closes the file", back_to_stderr),
        LOG_CASE("the program's descriptor numbers do not change", descriptor_numbers),
        LOG_CASE("a low limit of descriptors is enough", few_descriptors),
        LOG_CASE("a file that can't be opened is told once and stderr is used", unopenable),
        LOG_CASE("a path too long is told and stderr is used", long_path),
        LOG_CASE("a FIFO that nobody reads does not stop the program", fifo),
        LOG_CASE("a descriptor that the program took over is left alone", closed_by_program),
        LOG_CASE("with %p a forked child writes a file of its own", file_per_process),
        LOG_CASE("with %p a vfork child leaves its parent its file", vfork_child),
        LOG_CASE("without %p a forked child writes to the same file", one_file_for_all),
    };

    return RUN_CASES(cases);
}
