/* SPDX-License-Identifier: MIT */
/* Files that are written anew, whatever becomes of the writer. */
#include "replacement.h"

#include "scratch.h"
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct replacement begun(const char *path, const char *text)
{
    struct replacement replacement;

    assert_int_equal(replacement_begin(&replacement, path), 0);
    fputs(text, replacement.out);
    fflush(replacement.out);
    return replacement;
}

static unsigned files_here(void)
{
    DIR *folder = opendir(".");
    unsigned count = 0;

    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static unsigned mode_of(const char *path)
{
    struct stat file;

    assert_int_equal(lstat(path, &file), 0);
    return file.st_mode;
}

static void a_new_file_is_there_once_it_is_whole(void **state)
{
    struct replacement replacement = begun("report", "new");

    (void)state;
    assert_null(scratch_text("report"));
    assert_int_equal(replacement_end(&replacement, true), 0);
    assert_string_equal(scratch_text("report"), "new");
    assert_int_equal(mode_of("report"), S_IFREG | 0644);
    assert_int_equal(files_here(), 1);
}

static void it_takes_the_place_and_the_rights_of_the_old_one(void **state)
{
    struct replacement replacement;

    (void)state;
    scratch_file("report", "old", 3, 0640);
    replacement = begun("report", "new");
    assert_string_equal(scratch_text("report"), "old");
    assert_int_equal(replacement_end(&replacement, true), 0);
    assert_string_equal(scratch_text("report"), "new");
    assert_int_equal(mode_of("report"), S_IFREG | 0640);
    assert_int_equal(files_here(), 1);
}

static void one_that_is_dropped_leaves_the_old_one(void **state)
{
    struct replacement replacement;

    (void)state;
    scratch_file("report", "old", 3, 0640);
    replacement = begun("report", "new");
    assert_int_equal(replacement_end(&replacement, false), 0);
    assert_string_equal(scratch_text("report"), "old");
    assert_int_equal(files_here(), 1);
}

static void a_link_stays_one(void **state)
{
    struct replacement replacement;

    (void)state;
    scratch_file("report", "old", 3, 0644);
    assert_int_equal(symlink("report", "link"), 0);
    replacement = begun("link", "new");
    assert_int_equal(replacement_end(&replacement, true), 0);
    assert_string_equal(scratch_text("report"), "new");
    assert_true(S_ISLNK(mode_of("link")));
}

static void what_is_no_file_is_written_in_place(void **state)
{
    struct replacement replacement;

    (void)state;
    assert_int_equal(replacement_begin(&replacement, "/dev/full"), 0);
    fputs("text", replacement.out);
    assert_int_equal(replacement_end(&replacement, true), ENOSPC);
    assert_true(S_ISCHR(mode_of("/dev/full")));
}

static void a_folder_that_is_not_there_is_told(void **state)
{
    struct replacement replacement;

    (void)state;
    assert_int_equal(replacement_begin(&replacement, "nowhere/report"), ENOENT);
    assert_int_equal(files_here(), 0);
}

static int interrupted(int number)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        begun("report", "new");
        raise(number);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void a_signal_leaves_nothing_of_it(void **state)
{
    (void)state;
    scratch_file("report", "old", 3, 0640);
    assert_int_equal(interrupted(SIGINT), SIGINT);
    assert_int_equal(interrupted(SIGTERM), SIGTERM);
    assert_int_equal(interrupted(SIGHUP), SIGHUP);
    assert_string_equal(scratch_text("report"), "old");
    assert_int_equal(files_here(), 1);
}

static void a_signal_that_is_ignored_stays_so(void **state)
{
    struct replacement replacement;

    (void)state;
    signal(SIGHUP, SIG_IGN);
    replacement = begun("report", "new");
    raise(SIGHUP);
    assert_int_equal(replacement_end(&replacement, true), 0);
    assert_ptr_equal(signal(SIGHUP, SIG_DFL), SIG_IGN);
    assert_ptr_equal(signal(SIGINT, SIG_DFL), SIG_DFL);
    assert_string_equal(scratch_text("report"), "new");
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("a new file is there once it is whole",
                       a_new_file_is_there_once_it_is_whole),
        CASE_IN_FOLDER("it takes the place and the rights of the old one",
                       it_takes_the_place_and_the_rights_of_the_old_one),
        CASE_IN_FOLDER("one that is dropped leaves the old one",
                       one_that_is_dropped_leaves_the_old_one),
        CASE_IN_FOLDER("a link stays one", a_link_stays_one),
        CASE_IN_FOLDER("what is no file is written in place", what_is_no_file_is_written_in_place),
        CASE_IN_FOLDER("a folder that is not there is told", a_folder_that_is_not_there_is_told),
        CASE_IN_FOLDER("a signal leaves nothing of it", a_signal_leaves_nothing_of_it),
        CASE_IN_FOLDER("a signal that is ignored stays so", a_signal_that_is_ignored_stays_so),
    };

    return RUN_CASES(cases);
}
