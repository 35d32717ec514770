/* SPDX-License-Identifier: MIT */
/* Files read whole. */
#ifndef PIHOOK_BASE_WHOLE_H
#define PIHOOK_BASE_WHOLE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads an open file from where it is to its end, or until bytes[0..size) is full.  Returns
 * how much there was, or a negative errno.
 */
ssize_t whole_read(int file, char *bytes, size_t size);

/*
 * The same of a file of the kernel's by its name, which one read returns whole.  Anywhere: open(2)
 * and read(2) of libc, which this is not, are points of cancellation.
 */
ssize_t whole_of_kernel(const char *path, char *bytes, size_t size);

#endif
