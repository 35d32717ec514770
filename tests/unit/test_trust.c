/* SPDX-License-Identifier: MIT */
/* Which files may be executed: their kind, rights and folder. */
#include "config/trust.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char sentence_bytes[512];

/* Returns what trust_open returned, its descriptor closed. */
static int open_result(const char *path)
{
    struct text sentence = text_in(sentence_bytes, sizeof sentence_bytes);
    int result = trust_open(path, &sentence);

    if (result >= 0) {
        assert_string_equal(sentence_bytes, "");
        close(result);
        return 0;
    }
    assert_string_not_equal(sentence_bytes, "");
    return result;
}

static void assert_said(const char *part)
{
    if (strstr(sentence_bytes, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, sentence_bytes);
}

static void make(const char *path, mode_t mode)
{
    scratch_file(path, "text\n", 5, mode);
}

static void own_file(void **state)
{
    char bytes[8] = "";
    struct text sentence = text_in(sentence_bytes, sizeof sentence_bytes);

    (void)state;
    make("file", 0644);
    int file = trust_open("file", &sentence);
    assert_true(file >= 0);
    assert_int_equal(fcntl(file, F_GETFD), FD_CLOEXEC);
    assert_int_equal(read(file, bytes, sizeof bytes), 5);
    assert_string_equal(bytes, "text\n");
    close(file);
    char *absolute = realpath("file", NULL);
    assert_int_equal(open_result(absolute), 0);
    free(absolute);
    assert_int_equal(open_result("./file"), 0);
}

static void no_file(void **state)
{
    (void)state;
    assert_int_equal(open_result("none"), -ENOENT);
    assert_said("no such file");
    assert_int_equal(open_result("none/file"), -ENOENT);
    assert_int_equal(open_result(""), -ENOENT);
    make("file", 0644);
    assert_int_equal(open_result("file/below"), -ENOTDIR);
}

static void group_writes(void **state)
{
    (void)state;
    make("file", 0664);
    assert_int_equal(open_result("file"), -EPERM);
    assert_said("others than its owner can write it");
}

static void others_write(void **state)
{
    (void)state;
    make("file", 0646);
    assert_int_equal(open_result("file"), -EPERM);
}

static void folder_of_all(void **state)
{
    (void)state;
    assert_int_equal(mkdir("folder", 0755), 0);
    make("folder/file", 0644);
    assert_int_equal(open_result("folder/file"), 0);
    assert_int_equal(chmod("folder", 0775), 0);
    assert_int_equal(open_result("folder/file"), -EPERM);
    assert_said("its folder");
    assert_int_equal(chmod("folder", 0757), 0);
    assert_int_equal(open_result("folder/file"), -EPERM);
}

static void sticky_folder(void **state)
{
    (void)state;
    assert_int_equal(mkdir("folder", 0755), 0);
    make("folder/file", 0644);
    assert_int_equal(chmod("folder", 01777), 0);
    assert_int_equal(open_result("folder/file"), 0);
    assert_int_equal(chmod("folder/file", 01666), 0);
    assert_int_equal(open_result("folder/file"), -EPERM);
}

static void folder_of_a_link(void **state)
{
    (void)state;
    assert_int_equal(mkdir("open", 0755), 0);
    assert_int_equal(mkdir("closed", 0755), 0);
    make("open/file", 0644);
    make("closed/file", 0644);
    assert_int_equal(symlink("../open/file", "closed/link"), 0);
    assert_int_equal(symlink("../closed/file", "open/link"), 0);
    assert_int_equal(open_result("closed/link"), 0);
    assert_int_equal(open_result("open/link"), 0);
    assert_int_equal(chmod("open", 0777), 0);
    assert_int_equal(open_result("closed/link"), -EPERM);
    assert_said("its folder");
    assert_int_equal(open_result("open/link"), -EPERM);
    assert_said("its folder");
}

static void circular_link(void **state)
{
    (void)state;
    assert_int_equal(symlink("link", "link"), 0);
    assert_int_equal(open_result("link"), -ELOOP);
}

static void not_regular(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(open_result("fifo"), -EINVAL); /* or the test never ends */
    assert_said("expected a regular file");
    assert_int_equal(open_result("."), -EINVAL);
    assert_int_equal(open_result("/"), -EINVAL);
    assert_int_equal(open_result("/dev/null"), -EINVAL);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(open_result("socket"), -EINVAL);
    close(listener);
}

static int open_descriptors(void)
{
    int count = 0;

    for (int number = 0; number < 256; number++)
        count += fcntl(number, F_GETFD) >= 0;
    return count;
}

static void leaves_no_descriptor(void **state)
{
    int before = open_descriptors();

    (void)state;
    make("file", 0664);
    make("good", 0644);
    open_result("file");
    open_result("none");
    open_result(".");
    assert_int_equal(open_result("good"), 0);
    assert_int_equal(open_descriptors(), before);
}

static void plain_process(void **state)
{
    (void)state;
    assert_false(trust_process_is_privileged());
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("a file of the user alone is opened", own_file),
        CASE_IN_FOLDER("a missing file is told as such", no_file),
        CASE_IN_FOLDER("a file that its group can write is refused", group_writes),
        CASE_IN_FOLDER("a file that all can write is refused", others_write),
        CASE_IN_FOLDER("a file in a folder that others can write is refused", folder_of_all),
        CASE_IN_FOLDER("a sticky folder may be written by all, a sticky file not", sticky_folder),
        CASE_IN_FOLDER("both folders of a symbolic link count", folder_of_a_link),
        CASE_IN_FOLDER("a symbolic link to itself is told", circular_link),
        CASE_IN_FOLDER("what is no regular file is refused without waiting", not_regular),
        CASE_IN_FOLDER("no descriptor stays open", leaves_no_descriptor),
        CASE("a plain process has no more rights than its user", plain_process),
    };

    return RUN_CASES(cases);
}
