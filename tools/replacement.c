/* SPDX-License-Identifier: MIT */
/* Called by whatever writes reports, baselines and graphs. */
#include "replacement.h"

#include "interrupted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As one that is created with the permissions of others; or as the old one. */
static void set_mode(int descriptor, const struct stat *old)
{
    mode_t mask = umask(0);

    umask(mask);
    fchmod(descriptor, old != NULL ? old->st_mode & 07777 : 0666 & ~mask);
}

static int begin_beside(struct replacement *replacement, const struct stat *old)
{
    int descriptor;

    if (asprintf(&replacement->beside, "%s.XXXXXX", replacement->path) < 0) {
        replacement->beside = NULL;
        return ENOMEM;
    }
    descriptor = mkostemp(replacement->beside, O_CLOEXEC);
    if (descriptor < 0) {
        int error = errno;

        free(replacement->beside);
        replacement->beside = NULL;
        return error;
    }
    interrupted_unlinks(replacement->beside);
    set_mode(descriptor, old);
    replacement->out = fdopen(descriptor, "w");
    return replacement->out != NULL ? 0 : errno;
}

static int begin_in_place(struct replacement *replacement)
{
    replacement->out = fopen(replacement->path, "we");
    return replacement->out != NULL ? 0 : errno;
}

int replacement_begin(struct replacement *replacement, const char *path)
{
    struct stat old;
    bool is_there = stat(path, &old) == 0;
    int error;

    *replacement = (struct replacement){.path = realpath(path, NULL)};
    if (replacement->path == NULL)
        replacement->path = strdup(path);
    if (replacement->path == NULL)
        return ENOMEM;
    if (is_there && !S_ISREG(old.st_mode))
        error = begin_in_place(replacement);
    else
        error = begin_beside(replacement, is_there ? &old : NULL);
    if (error != 0 && is_there && replacement->beside == NULL)
        error = begin_in_place(replacement);
    if (error != 0)
        replacement_end(replacement, false);
    return error;
}

static int close_whole(FILE *out, bool is_file)
{
    int error;

    errno = 0;
    error = fflush(out) != 0 || ferror(out) || (is_file && fsync(fileno(out)) != 0) ? EIO : 0;
    if (error != 0 && errno != 0)
        error = errno;
    if (fclose(out) != 0 && error == 0)
        error = errno;
    return error;
}

int replacement_end(struct replacement *replacement, bool keep)
{
    const char *beside = replacement->beside;
    int error = replacement->out == NULL ? 0 : close_whole(replacement->out, beside != NULL);

    if (beside != NULL) {
        if (keep && error == 0 && rename(beside, replacement->path) != 0)
            error = errno;
        if (!keep || error != 0)
            unlink(beside);
        interrupted_unlinks(NULL);
    }
    free(replacement->beside);
    free(replacement->path);
    *replacement = (struct replacement){.out = NULL};
    return error;
}
