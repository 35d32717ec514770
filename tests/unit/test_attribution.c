/* SPDX-License-Identifier: MIT */
/* Which command and which test a finding belongs to.  With arguments this program shows its own. */
#include "report/attribution.h"

#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct attribution here;

static const char *test_now(void)
{
    attribution_here(&here);
    return here.test;
}

static int without_tests(void **state)
{
    (void)state;
    unsetenv("PYTEST_CURRENT_TEST");
    unsetenv("BATS_TEST_NAME");
    unsetenv("TEST_TARGET");
    unsetenv("PIHOOK_TEST");
    return 0;
}

/* What a process tells of its command line. */
static void run(const char *const *arguments, char *shown, size_t size)
{
    int ends[2], status;
    FILE *from;

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv("/proc/self/exe", (char *const *)arguments);
        _exit(127);
    }
    close(ends[1]);
    from = fdopen(ends[0], "r");
    assert_non_null(from);
    size_t count = fread(shown, 1, size - 1, from);
    shown[count] = '\0';
    fclose(from);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void as_a_shell_takes_it(void **state)
{
    const char *const arguments[] = {"show", "-m=a:b/c.d", "two words", "",
                                     "it's", "\xc3\xa4",   NULL};
    char shown[2048];

    (void)state;
    run(arguments, shown, sizeof shown);
    assert_string_equal(shown, "show -m=a:b/c.d 'two words' '' 'it'\\''s' \xc3\xa4");
}

static void cut_short(void **state)
{
    char big[5000], shown[2048];
    const char *const arguments[] = {"show", big, NULL};

    (void)state;
    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = '\0';
    run(arguments, shown, sizeof shown);
    assert_int_equal(strncmp(shown, "show xxx", 8), 0);
    assert_true(strlen(shown) < ATTRIBUTION_COMMAND_BYTES);
    assert_string_equal(shown + strlen(shown) - 3, "...");
    memset(big, ' ', sizeof big - 1); /* each one is longer in the end */
    memset(big + 1, '\'', sizeof big - 2);
    run(arguments, shown, sizeof shown);
    assert_true(strlen(shown) < ATTRIBUTION_COMMAND_BYTES);
    assert_string_equal(shown + strlen(shown) - 3, "...");
}

static void innermost_test(void **state)
{
    (void)state;
    assert_string_equal(test_now(), "");
    setenv("PIHOOK_TEST", "outer", 1);
    assert_string_equal(test_now(), "outer");
    setenv("PYTEST_CURRENT_TEST", "tests/test_bank.py::test_audit (call)", 1);
    assert_string_equal(test_now(), "tests/test_bank.py::test_audit (call)");
    setenv("PYTEST_CURRENT_TES", "no", 1);
    setenv("PYTEST_CURRENT_TEST", "next", 1);
    assert_string_equal(test_now(), "next");
    unsetenv("PYTEST_CURRENT_TEST");
    assert_string_equal(test_now(), "outer");
}

static void long_names(void **state)
{
    char name[1000];

    (void)state;
    for (size_t length = 1; length < sizeof name; length += 7) {
        memset(name, 'n', length);
        name[length] = '\0';
        setenv("TEST_TARGET", name, 1);
        size_t most = ATTRIBUTION_TEST_BYTES - 1;
        assert_int_equal(strlen(test_now()), length < most ? length : most);
        assert_int_equal(strspn(here.test, "n"), strlen(here.test));
    }
}

static atomic_bool stop;

/* Frees and moves the environment, as no reader of it would survive. */
static void *change(void *unused)
{
    char name[32], value[300];

    for (unsigned i = 0; !stop; i++) {
        snprintf(name, sizeof name, "VARIABLE_%u", i % 3000);
        memset(value, 'v', sizeof value);
        value[i % sizeof value] = '\0';
        setenv(name, value, 1);
        setenv("PYTEST_CURRENT_TEST", i % 2 ? "one" : "another", 1);
        if (i % 3000 == 0)
            clearenv();
    }
    return unused;
}

static void while_it_changes(void **state)
{
    pthread_t thread;
    unsigned seen = 0;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, change, NULL), 0);
    for (unsigned i = 0; i < 200 || (seen == 0 && i < 100000); i++)
        seen += !strcmp(test_now(), "one") || !strcmp(here.test, "another");
    stop = true;
    pthread_join(thread, NULL);
    assert_true(seen > 0);
}

int main(int count, char **unused)
{
    static const struct CMUnitTest cases[] = {
        CASE("the command line is told as a shell takes it", as_a_shell_takes_it),
        CASE("a long command line is cut and ends in dots", cut_short),
        {"the test is the innermost that the environment names now", innermost_test, without_tests,
         without_tests, NULL},
        {"names of any length are told, as far as there is room", long_names, without_tests,
         without_tests, NULL},
        CASE("another thread may change the environment meanwhile", while_it_changes),
    };

    (void)unused;
    if (count > 1) {
        attribution_here(&here);
        fputs(here.command, stdout);
        return 0;
    }
    return RUN_CASES(cases);
}
