/* SPDX-License-Identifier: MIT */
/*
 * Finds libpihook.so.  Called by `pihook check`.
 */
#include "check/library.h"

#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INSTALLED PKGLIBDIR "/libpihook.so"

/* In a build tree the command stands in tools/, and libtool's work in .libs/ beside it. */
static bool find_built(char *path)
{
    static const char built[] = "/../.libs/libpihook.so";
    char self[PATH_MAX], file[PATH_MAX + sizeof built];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

    if (length < 0)
        return false;
    self[length] = '\0';
    if (!strrchr(self, '/'))
        return false;
    *strrchr(self, '/') = '\0';
    snprintf(file, sizeof file, "%s%s", self, built);
    return realpath(file, path);
}

static int find_path(const char *given, char *path)
{
    if (given) {
        if (!realpath(given, path))
            return fail(STATUS_FAILED, "the library %s: %s", given, strerror(errno));
        return 0;
    }
    if (!find_built(path) && !realpath(INSTALLED, path))
        return fail(STATUS_FAILED, "the library is not there: %s: %s (--library says where it is)",
                    INSTALLED, strerror(errno));
    return 0;
}

int library_find(const char *given, struct library *library)
{
    int error = find_path(given, library->path);

    if (error)
        return error;
    /* LD_PRELOAD is a list, and there is no way to quote in it. */
    if (strpbrk(library->path, " :"))
        return fail(STATUS_FAILED, "the library %s: no path with a space or colon can be preloaded",
                    library->path);
    error = object_read(library->path, &library->object);
    if (error)
        return fail(STATUS_FAILED, "the library %s: %s", library->path,
                    error == -ENOEXEC ? "no ELF file" : strerror(-error));
    return 0;
}
