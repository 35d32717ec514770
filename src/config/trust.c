/* SPDX-License-Identifier: MIT */
/*
 * Whether a file's content may be executed.  Called at start-up, before a configuration
 * file is read; it must never block on what the path turns out to be.
 */
#include "config/trust.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

bool trust_process_is_privileged(void)
{
    return getauxval(AT_SECURE) != 0 || getuid() != geteuid() || getgid() != getegid();
}

static int tell_error(const char *doing, int error, struct text *sentence)
{
    text_add(sentence, doing);
    text_add_error(sentence, error);
    return -error;
}

static bool has_trusted_owner(const struct stat *file)
{
    return file->st_uid == 0 || file->st_uid == geteuid();
}

/* Returns 0 or -EPERM, with a sentence about `what`. */
static int check_rights(const struct stat *file, const char *what, struct text *sentence)
{
    bool sticky_folder = S_ISDIR(file->st_mode) && (file->st_mode & S_ISVTX) != 0;

    if (!has_trusted_owner(file)) {
        text_join(sentence, "not read: ", what, " belongs to user ", NULL);
        text_add_int(sentence, file->st_uid);
        text_add(sentence, ", expected root or user ");
        text_add_int(sentence, geteuid());
        return -EPERM;
    }
    if ((file->st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky_folder) {
        text_join(sentence, "not read: others than its owner can write ", what,
                  ", expected no such right (chmod go-w)", NULL);
        return -EPERM;
    }
    return 0;
}

/* Cuts a path into its folder, opened, and the name in it; returns a descriptor or -errno. */
static int open_folder(char *path, const char **name)
{
    char *slash = strrchr(path, '/');
    const char *folder = path;

    *name = slash != NULL ? slash + 1 : path;
    if (slash == NULL)
        folder = ".";
    else if (slash == path)
        folder = "/";
    else
        *slash = '\0';
    if (**name == '\0')
        *name = ".";
    int descriptor = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

static int check_folder(int folder, struct text *sentence)
{
    struct stat status;

    if (fstat(folder, &status) != 0)
        return tell_error("not read: its folder: ", errno, sentence);
    return check_rights(&status, "its folder", sentence);
}

/* Who can write to the folder of a symbolic link decides where it leads. */
static int check_folder_of_link(const char *path, struct text *sentence)
{
    char copy[PATH_MAX];
    const char *name;

    if (strlen(path) >= sizeof copy)
        return tell_error("not read: ", ENAMETOOLONG, sentence);
    strcpy(copy, path);
    int folder = open_folder(copy, &name);
    if (folder < 0)
        return tell_error("not read: its folder: ", -folder, sentence);
    int result = check_folder(folder, sentence);
    close(folder);
    return result;
}

static int check_file(int file, struct text *sentence)
{
    struct stat status;

    if (fstat(file, &status) != 0)
        return tell_error("not read: ", errno, sentence);
    if (!S_ISREG(status.st_mode)) {
        text_add(sentence, "not read: expected a regular file");
        return -EINVAL;
    }
    return check_rights(&status, "it", sentence);
}

/* Opens a name that holds no symbolic link any more; whatever it is, opening it ends. */
static int open_in(int folder, const char *name, struct text *sentence)
{
    int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

    if (file < 0 && (errno == ENXIO || errno == ENODEV)) {
        text_add(sentence, "not read: expected a regular file");
        return -EINVAL;
    }
    return file < 0 ? tell_error("not read: ", errno, sentence) : file;
}

int trust_open(const char *path, struct text *sentence)
{
    char real[PATH_MAX];
    const char *name;

    if (realpath(path, real) == NULL)
        return tell_error("not read: ", errno, sentence);
    int folder = open_folder(real, &name);
    if (folder < 0)
        return tell_error("not read: its folder: ", -folder, sentence);
    int file = open_in(folder, name, sentence);
    if (file < 0)
        goto out;
    int result = check_file(file, sentence);
    if (result == 0)
        result = check_folder(folder, sentence);
    if (result == 0)
        result = check_folder_of_link(path, sentence);
    if (result < 0) {
        close(file);
        file = result;
    }
out:
    close(folder);
    return file;
}
