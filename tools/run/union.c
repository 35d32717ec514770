/* SPDX-License-Identifier: MIT */
/*
 * Called after the program has ended.  The file is replaced by its successor; so a lock on it
 * holds only as long as it is still the one of that name.
 */
#include "run/union.h"

#include "command.h"
#include "graph/across.h"
#include "graph/output.h"
#include "report/reading.h"
#include "report/suppressions.h"
#include "report/unwanted.h"
#include "run/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_current(int descriptor, const char *path)
{
    struct stat locked, named;

    return fstat(descriptor, &locked) == 0 && stat(path, &named) == 0 &&
           locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

/* Waits for other runs.  A descriptor of the file, or a negative errno. */
static int open_locked(const char *path)
{
    for (;;) {
        int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666), locked;

        if (descriptor < 0)
            return -errno;
        do
            locked = flock(descriptor, LOCK_EX);
        while (locked != 0 && errno == EINTR);
        if (locked == 0 && is_current(descriptor, path))
            return descriptor;
        int error = errno;
        close(descriptor);
        if (locked != 0)
            return -error;
    }
}

struct matched {
    const struct folder *folder;
    const char *file;
};

static void note_matched(void *argument, const struct suppression *suppression)
{
    const struct matched *matched = argument;

    folder_add_matched(matched->folder, matched->file, suppression);
}

/* Each process has held its own findings against them, and told what is wrong with the file. */
static void suppress(const struct options *options, const struct folder *folder,
                     struct collection *all, size_t first)
{
    struct matched matched = {folder, options->suppressions};
    struct unwanted unwanted = {.file = options->suppressions};

    unwanted_read(&unwanted, true);
    unwanted_take_out(&unwanted, all, first);
    suppressions_note(&unwanted.suppressions, note_matched, &matched);
    unwanted_clear(&unwanted);
}

/* What the file shows by itself was known before. */
static int join(const char *path, const struct folder *folder, struct collection *all)
{
    struct across_known known = {NULL};
    struct graph graph = {0};
    struct options options;
    size_t first = all->count;
    int error = 0;

    if (!reading_add(NULL, &graph, path, false)) {
        graph_clear(&graph);
        return fail(STATUS_FAILED, "%s stays as it is", path);
    }
    graph_settle(&graph);
    across_note(&graph, &known);
    folder_read_graph(folder, &graph);
    graph_settle(&graph);
    graph_add_sources(&graph, all->symbols);
    settings_of_run(&options);
    across_add(&graph, &known, &options, all);
    suppress(&options, folder, all, first);
    error = graph_output_file(path, &graph);
    graph_clear(&graph);
    free(known.items);
    if (error)
        return fail(STATUS_FAILED, "%s can't be written: %s", path, strerror(-error));
    return 0;
}

int union_add(const char *path, const struct folder *folder, struct collection *all)
{
    int descriptor = open_locked(path);
    int failed;

    if (descriptor < 0)
        return fail(STATUS_FAILED, "%s can't be opened: %s", path, strerror(-descriptor));
    failed = join(path, folder, all);
    close(descriptor);
    return failed;
}
