/* SPDX-License-Identifier: MIT */
/* An errno in words.  Called wherever a file fails us; it must never allocate. */
#include "base/error.h"

#include <errno.h>

static const char *words_for(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return "permission denied";
    case EFBIG:
        return "too large";
    case EINVAL:
        return "invalid";
    case EIO:
        return "input/output error";
    case EISDIR:
        return "is a folder";
    case ELOOP:
        return "too many symbolic links";
    case EMFILE:
    case ENFILE:
        return "too many open files";
    case ENAMETOOLONG:
        return "name too long";
    case ENOENT:
        return "no such file or folder";
    case ENOMEM:
        return "out of memory";
    case ENOSPC:
        return "no space left";
    case ENOTDIR:
        return "a part of the path is no folder";
    case ENXIO:
        return "nobody reads it";
    case EROFS:
        return "read-only file system";
    default:
        return NULL;
    }
}

void text_add_error(struct text *text, int error)
{
    const char *words = words_for(error);

    if (words != NULL) {
        text_add(text, words);
    } else {
        text_add(text, "errno ");
        text_add_int(text, error);
    }
}
