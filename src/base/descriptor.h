/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of ours in a program that hands out numbers to its own files, and closes what
 * it doesn't know.  By system calls alone: close(2) of libc is a point of cancellation.
 */
#ifndef PIHOOK_BASE_DESCRIPTOR_H
#define PIHOOK_BASE_DESCRIPTOR_H

#include <stdbool.h>
#include <sys/types.h>

/* Moves it to a number that the program won't miss; returns that, or a negative errno. */
int descriptor_move_up(int descriptor);

/* Is it, still, the file of that device and inode? */
bool descriptor_is(int descriptor, dev_t device, ino_t inode);

void descriptor_close(int descriptor);

#endif
