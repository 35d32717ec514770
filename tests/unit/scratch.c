/* SPDX-License-Identifier: MIT */
/* A folder for one case.  Linked to the unit tests that need files. */
#include "scratch.h"

#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX];
static int before = -1; /* the working directory */

int scratch_enter(void **state)
{
    const char *temporary = getenv("TMPDIR");

    (void)state;
    umask(022);
    snprintf(folder, sizeof folder, "%s/pihook-unit.XXXXXX",
             temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
    before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return before < 0 || mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

int scratch_leave(void **state)
{
    int result = fchdir(before);

    (void)state;
    close(before);
    return result != 0 || nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0;
}

void scratch_file(const char *name, const char *bytes, size_t count, mode_t mode)
{
    int file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, count), count);
    assert_int_equal(fchmod(file, mode), 0);
    close(file);
}

const char *scratch_text(const char *name)
{
    static char text[1 << 16];
    int file = open(name, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return NULL;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    assert_true(count >= 0);
    text[count] = '\0';
    return text;
}
