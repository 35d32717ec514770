/* SPDX-License-Identifier: MIT */
/*
 * Files that are appended to.  Called in any thread, in signal handlers and in children of
 * fork and vfork, between write_begin and write_end; it must never allocate, take a lock, or
 * hand out a descriptor that the program has closed and opened anew.
 */
#include "base/sink.h"

#include "base/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t opened_as(pid_t owner, int descriptor)
{
    return (uint64_t)(uint32_t)owner << 32 | (uint32_t)descriptor;
}

static int descriptor_of(uint64_t opened)
{
    return (int)(uint32_t)opened;
}

static pid_t owner_of(uint64_t opened)
{
    return (pid_t)(opened >> 32);
}

/* Programs close descriptors that they don't know, and open others in their place. */
static bool is_still_ours(const struct sink *sink, uint64_t opened)
{
    return opened != 0 && descriptor_is(descriptor_of(opened), sink->device, sink->inode);
}

static void close_ours(const struct sink *sink, uint64_t opened)
{
    if (is_still_ours(sink, opened))
        descriptor_close(descriptor_of(opened));
}

/* Returns a descriptor or a negative errno. */
static int open_file(struct sink *sink, const char *path)
{
    /* O_NONBLOCK: a FIFO that nobody reads must never stop the program. */
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int descriptor = open(path, flags, 0666);
    struct stat file;

    if (descriptor < 0)
        return -errno;
    descriptor = descriptor_move_up(descriptor);
    if (descriptor < 0)
        return descriptor;
    if (fstat(descriptor, &file) == 0) {
        sink->device = file.st_dev;
        sink->inode = file.st_ino;
    }
    return descriptor;
}

void sink_name(const struct sink *sink, struct text *name)
{
    text_add_bytes(name, sink->path, sink->folder);
    for (const char *at = sink->path + sink->folder; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] == 'p') {
            text_add_int(name, getpid());
            at++;
        } else {
            text_add_bytes(name, at, 1);
        }
    }
}

/* On a stack of its own: a thread may have little, and most files need none. */
__attribute__((noinline)) static int open_per_process(struct sink *sink)
{
    char buffer[SINK_NAME_MAX];
    struct text name = text_in(buffer, sizeof buffer);

    sink_name(sink, &name);
    return name.cut ? -ENAMETOOLONG : open_file(sink, buffer);
}

/* Opens the file in place of what `seen` stands for. */
static int open_instead(struct sink *sink, uint64_t seen, pid_t owner)
{
    uint_fast64_t expected = seen;

    if (seen != 0 && atomic_compare_exchange_strong(&sink->opened, &expected, 0))
        close_ours(sink, seen);
    int descriptor = sink->per_process ? open_per_process(sink) : open_file(sink, sink->path);
    if (descriptor < 0)
        return descriptor;
    expected = 0;
    if (atomic_compare_exchange_strong(&sink->opened, &expected, opened_as(owner, descriptor)))
        return descriptor;
    descriptor_close(descriptor); /* another thread was faster */
    return descriptor_of(expected);
}

int sink_descriptor(struct sink *sink)
{
    pid_t owner = sink->per_process ? getpid() : 0;
    uint64_t seen = sink->opened;

    if (owner_of(seen) == owner && is_still_ours(sink, seen))
        return descriptor_of(seen);
    return open_instead(sink, seen, owner);
}

/* The program may be in another folder by the first text. */
static size_t put_folder(char *into, const char *path)
{
    if (path[0] == '/' || path[0] == '\0' || getcwd(into, SINK_FOLDER_MAX) == NULL)
        return 0;
    size_t length = strlen(into);
    into[length] = '/';
    return length + 1;
}

int sink_set(struct sink *sink, const char *path)
{
    size_t length = strlen(path);

    close_ours(sink, atomic_exchange(&sink->opened, 0));
    sink->path[0] = '\0';
    sink->folder = 0;
    if (length >= SINK_PATH_MAX)
        return -ENAMETOOLONG;
    sink->folder = put_folder(sink->path, path);
    memcpy(sink->path + sink->folder, path, length + 1);
    sink->per_process = strstr(path, "%p") != NULL;
    return 0;
}
