/* SPDX-License-Identifier: MIT */
/* A file read whole. */
#ifndef PIHOOK_BASE_WHOLE_H
#define PIHOOK_BASE_WHOLE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads an open file from where it is to its end, or until bytes[0..size) is full.  Returns
 * how much there was, or a negative errno.
 */
ssize_t whole_read(int file, char *bytes, size_t size);

#endif
