/* SPDX-License-Identifier: MIT */
/* The process and thread that a finding is told in. */
#ifndef PIHOOK_REPORT_WHO_H
#define PIHOOK_REPORT_WHO_H

#include <stddef.h>
#include <sys/types.h>

enum { WHO_THREAD_NAME_BYTES = 40 };

struct who {
    pid_t pid, tid;
    const char *process;
    const char *executable;             /* its file */
    const char *command, *test;         /* as of struct attribution; NULL or "": not known */
    char thread[WHO_THREAD_NAME_BYTES]; /* as prctl(2) has it, or as the program calls it */
};

struct who who_here(void);

/* The process's arguments, with spaces between them; "" if they can't be read. */
void who_command(char *bytes, size_t size);

#endif
