/* SPDX-License-Identifier: MIT */
/*
 * A file that all threads of a process append to: the log, the findings.
 *
 * Opened when it is first written to, above the numbers that the program uses, and opened
 * anew where the program has closed it.  No lock, so that fork can leave none locked.
 */
#ifndef PIHOOK_BASE_SINK_H
#define PIHOOK_BASE_SINK_H

#include "base/text.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    SINK_PATH_MAX = 1024,
    SINK_FOLDER_MAX = 1024, /* in a deeper one a relative path is taken as it is */
    SINK_NAME_MAX = SINK_PATH_MAX + SINK_FOLDER_MAX
};

struct sink {
    char path[SINK_NAME_MAX]; /* empty: none; a relative one stands behind its folder */
    size_t folder;            /* bytes of the folder, in which a %p means nothing */
    bool per_process;         /* the rest has a %p */
    /*
     * The process that opened the file in the upper half (0 where it makes no difference),
     * the descriptor in the lower one; 0: not open.  One word, so that threads which open
     * the file at once need no lock that fork could leave locked.
     */
    atomic_uint_fast64_t opened;
    _Atomic dev_t device;
    _Atomic ino_t inode;
};

/*
 * From now on the sink is the file `path` (`%p` is the pid, taken anew in each process that
 * writes; a relative path starts from the folder that the process is in now); empty: none.
 * Returns 0 or -ENAMETOOLONG.  To be called while nothing else uses the sink.
 */
int sink_set(struct sink *sink, const char *path);

/* A descriptor to append to, good for one write, or a negative errno. */
int sink_descriptor(struct sink *sink);

/* Adds the file's name as it is in this process. */
void sink_name(const struct sink *sink, struct text *name);

#endif
