/* SPDX-License-Identifier: MIT */
/* A file that is written anew: whoever looks sees the old one or the whole new one. */
#ifndef PIHOOK_REPLACEMENT_H
#define PIHOOK_REPLACEMENT_H

#include <stdbool.h>
#include <stdio.h>

struct replacement {
    FILE *out;    /* to be written to */
    char *path;   /* what it will be */
    char *beside; /* what it is meanwhile; NULL: it is written in place */
};

/*
 * Begins a file in place of `path`, which need not be there; of a symbolic link, the file that
 * it leads to.  What is no file of its own, such as a pipe, is written in place, and so is one
 * in a folder that takes no new files.  One at a time: a signal that ends the command leaves
 * nothing of it.  Returns 0 or the errno.
 */
int replacement_begin(struct replacement *replacement, const char *path);

/*
 * Ends it: it takes the place and the rights of the old one, or is dropped where `keep` is false
 * or it could not be written.  Returns 0 or the errno.
 */
int replacement_end(struct replacement *replacement, bool keep);

#endif
