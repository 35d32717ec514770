/* SPDX-License-Identifier: MIT */
/* Reads a model from files and folders.  Called by `pihook report`. */
#include "trace/model.h"

#include "command.h"
#include "graph/vector.h"
#include "progress.h"
#include "report/pool.h"
#include "trace/model_names.h"
#include "trace/model_reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file that is to be read; its header only, so that any number of them may come. */
struct source {
    char *path;
    int64_t began;
    int32_t pid;
};

struct sources {
    struct source *items;
    size_t count, room;
    uint64_t bytes;
};

/* ------------------------------------------------------------------------ which files */

/* Takes the path over. */
static bool add_file(struct sources *sources, char *path)
{
    struct trace_file file;
    struct stat status;

    if (trace_file_peek(&file, path)) {
        free(path);
        return false;
    }
    VECTOR_ADD(sources, ((struct source){path, file.header.began, file.header.pid}));
    if (stat(path, &status) == 0)
        sources->bytes += (uint64_t)status.st_size;
    return true;
}

static bool add_folder(struct sources *sources, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    size_t before = sources->count;
    bool read = true;

    if (count < 0)
        return fail(STATUS_NO, "%s: %s", folder, strerror(errno)) == 0;
    for (int i = 0; i < count; i++) {
        char *path;

        if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
            no_memory();
        if (trace_file_is(path))
            read = add_file(sources, path) && read;
        else
            free(path);
        free(entries[i]);
    }
    free(entries);
    if (read && sources->count == before)
        return fail(STATUS_NO, "%s: there is no trace in this folder", folder) == 0;
    return read;
}

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool add_path(struct sources *sources, const char *path)
{
    char *copy;

    if (is_folder(path))
        return add_folder(sources, path);
    copy = strdup(path);
    if (!copy)
        no_memory();
    return add_file(sources, copy);
}

static int by_start(const void *left, const void *right)
{
    const struct source *a = left, *b = right;

    if (a->began != b->began)
        return a->began < b->began ? -1 : 1;
    return a->pid != b->pid ? (a->pid < b->pid ? -1 : 1) : strcmp(a->path, b->path);
}

/* ---------------------------------------------------------------------------- reading */

/* The same file may be named twice, or stand in a folder that is named, too. */
static bool is_repeated(const struct sources *sources, size_t at)
{
    return at > 0 && !strcmp(sources->items[at].path, sources->items[at - 1].path);
}

static bool read_file(struct model *model, const char *path)
{
    struct trace_file file;

    if (trace_file_open(&file, path))
        return false;
    reader_add(model, &file);
    trace_file_close(&file);
    return true;
}

static bool read_all(struct model *model, const struct sources *sources)
{
    bool read = true;

    progress_begin("reading traces", sources->bytes);
    for (size_t i = 0; i < sources->count; i++) {
        VECTOR_ADD(&model->store->paths, sources->items[i].path);
        if (!is_repeated(sources, i))
            read = read_file(model, sources->items[i].path) && read;
    }
    model_settle(model);
    names_end(model);
    model_settle_uses(model);
    model_tell_fates(model);
    progress_end();
    return read;
}

bool model_read(struct model *model, char *const *paths, size_t count)
{
    struct sources sources = {0};
    bool read = true;

    names_begin(model);
    for (size_t i = 0; i < count; i++)
        read = add_path(&sources, paths[i]) && read;
    if (sources.count > 0)
        qsort(sources.items, sources.count, sizeof *sources.items, by_start);
    read = read_all(model, &sources) && read;
    free(sources.items);
    return read;
}

void model_free(struct model *model)
{
    free(model->strings.items);
    free(model->places.items);
    free(model->frames.items);
    free(model->stacks.items);
    free(model->classes.items);
    free(model->processes.items);
    free(model->threads.items);
    free(model->locks.items);
    free(model->waits.items);
    free(model->gil_waits.items);
    free(model->holds.items);
    free(model->gil_holds.items);
    free(model->conditions.items);
    free(model->joins.items);
    free(model->imports.items);
    free(model->hooks.items);
    free(model->libraries.items);
    free(model->lazies.items);
    free(model->statements.items);
    free(model->uses.items);
    free(model->moments.items);
    names_free(model);
    *model = (struct model){0};
}
