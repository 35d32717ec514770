/* SPDX-License-Identifier: MIT */
/* Which files may be executed: whose they are.  Only root can make another user's file. */
#include "config/trust.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOMEBODY = 12345 };

/* Returns the sentence that a file is refused with, or "" for a file that is opened. */
static const char *refusal(const char *path)
{
    static char bytes[512];
    struct text sentence = text_in(bytes, sizeof bytes);
    int result = trust_open(path, &sentence);

    if (result >= 0)
        close(result);
    else
        assert_int_equal(result, -EPERM);
    return bytes;
}

static void make(const char *path, uid_t owner)
{
    scratch_file(path, "text\n", 5, 0644);
    assert_int_equal(chown(path, owner, (gid_t)-1), 0);
}

/* Returns the exit status of a child that runs `check`. */
static int in_child(int (*check)(void))
{
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(check());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void file_of_somebody(void **state)
{
    (void)state;
    make("file", SOMEBODY);
    assert_string_equal(refusal("file"),
                        "not read: it belongs to user 12345, expected root or user 0");
}

static void folder_of_somebody(void **state)
{
    static const char sentence[] =
        "not read: its folder belongs to user 12345, expected root or user 0";

    (void)state;
    assert_int_equal(mkdir("folder", 0755), 0);
    make("folder/file", 0);
    assert_string_equal(refusal("folder/file"), "");
    assert_int_equal(chown("folder", SOMEBODY, (gid_t)-1), 0);
    assert_string_equal(refusal("folder/file"), sentence);
    assert_int_equal(chmod("folder", 01777), 0);
    assert_string_equal(refusal("folder/file"), sentence);
}

static int open_as_somebody(void)
{
    char bytes[512];
    struct text sentence = text_in(bytes, sizeof bytes);

    if (setresuid(SOMEBODY, SOMEBODY, SOMEBODY) != 0)
        return 99;
    int result = trust_open("file", &sentence);
    return result >= 0 ? 0 : -result;
}

static void file_of_root(void **state)
{
    (void)state;
    assert_int_equal(chmod(".", 0755), 0);
    make("file", 0);
    assert_int_equal(in_child(open_as_somebody), 0);
    assert_int_equal(chmod("file", 0600), 0);
    assert_int_equal(in_child(open_as_somebody), EACCES);
}

static void file_of_a_third(void **state)
{
    (void)state;
    assert_int_equal(chmod(".", 0755), 0);
    make("file", SOMEBODY);
    assert_int_equal(in_child(open_as_somebody), 0);
    make("file", SOMEBODY + 1);
    assert_int_equal(in_child(open_as_somebody), EPERM);
}

static int two_users(void)
{
    return setresuid(SOMEBODY, 0, 0) == 0 ? trust_process_is_privileged() : 99;
}

static int two_groups(void)
{
    return setresgid(SOMEBODY, 0, 0) == 0 ? trust_process_is_privileged() : 99;
}

static int one_user(void)
{
    return setresgid(SOMEBODY, SOMEBODY, SOMEBODY) == 0 &&
                   setresuid(SOMEBODY, SOMEBODY, SOMEBODY) == 0
               ? trust_process_is_privileged()
               : 99;
}

static void privileged_process(void **state)
{
    (void)state;
    assert_int_equal(in_child(two_users), 1);
    assert_int_equal(in_child(two_groups), 1);
    assert_int_equal(in_child(one_user), 0);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("a file of another user is refused", file_of_somebody),
        CASE_IN_FOLDER("a file in another user's folder is refused, sticky or not",
                       folder_of_somebody),
        CASE_IN_FOLDER("a file of root is opened by users who may read it", file_of_root),
        CASE_IN_FOLDER("a file is opened by its owner and refused to a third", file_of_a_third),
        CASE("a process with two user or group ids has more rights", privileged_process),
    };

    if (geteuid() != 0) {
        /* cmocka's skip() says "not ok", which Automake's driver counts as a failure. */
        puts("1..0 # SKIP files of other users are missing: only root can make them");
        return 0;
    }
    return RUN_CASES(cases);
}
