/* SPDX-License-Identifier: MIT */
/*
 * Chunks of the trace file.  Called by the recorder once in two thousand events; it must
 * never leave a chunk mapped that has no room on the disk.
 */
#include "trace/file.h"

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    NAMES = 100, /* by number; then by process, so that thousands don't try them all */
    MORE_NAMES = 2000,
    PATH_BYTES = 2100,
    ROOM_WORTH_TAKING = TRACE_CHUNK_RECORDS - 64,
    ROOM_AHEAD = 3 /* chunks, beside the one that is wanted */
};

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* Chunks that nobody writes, by index, in the order in which they were given back. */
struct queue {
    uint32_t first, last; /* 0: it is empty */
};

static struct {
    char *start; /* NULL: no file */
    char path[PATH_BYTES];
    int descriptor;
    dev_t device;
    ino_t inode;
    size_t mapped, most, chunks; /* in chunks: of the mapping, of the file, and in it now */
    size_t room;                 /* for so many there is room on the disk */
    bool keep_newest;
    size_t of_definitions;
    uint64_t sequence;
    uint32_t *next; /* of each chunk: the one behind it in its queue */
    struct queue with_room, full;
} file;

static struct trace_header *header(void)
{
    return (struct trace_header *)file.start;
}

static struct trace_chunk *chunk_at(size_t index)
{
    return (struct trace_chunk *)(file.start + index * TRACE_CHUNK);
}

static uint32_t index_of(const struct trace_chunk *chunk)
{
    return (uint32_t)((size_t)((const char *)chunk - file.start) / TRACE_CHUNK);
}

static void queue_put(struct queue *queue, uint32_t index)
{
    file.next[index] = 0;
    if (queue->first == 0)
        __atomic_store_n(&queue->first, index, __ATOMIC_RELAXED);
    else
        file.next[queue->last] = index;
    queue->last = index;
}

/* 0: there is none. */
static uint32_t queue_get(struct queue *queue)
{
    uint32_t index = queue->first;

    if (index != 0)
        __atomic_store_n(&queue->first, file.next[index], __ATOMIC_RELAXED);
    return index;
}

/* A child of vfork, or of a fork that nobody told us of, has its parent's. */
bool trace_file_is_ours(void)
{
    return file.start != NULL && header()->pid == getpid() && header()->ended == 0;
}

/* By system calls alone: open(2) of libc is a point of cancellation. */
static int open_file(const char *path, int flags)
{
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC | flags, 0666);

    return descriptor < 0 ? -errno : descriptor_move_up(descriptor);
}

static void add_number(struct text *text, int number)
{
    text_add(text, ".");
    text_add_int(text, number);
}

static int create(const char *path)
{
    int result = -EEXIST;

    for (int number = 0; result == -EEXIST && number < MORE_NAMES; number++) {
        struct text text = text_in(file.path, sizeof file.path);

        text_add(&text, path);
        if (number >= NAMES)
            add_number(&text, getpid());
        if (number > 0 && number != NAMES)
            add_number(&text, number < NAMES ? number : number - NAMES);
        result = text.cut ? -ENAMETOOLONG : open_file(file.path, O_CREAT | O_EXCL);
    }
    return result;
}

static bool is_the_file(int descriptor)
{
    return descriptor_is(descriptor, file.device, file.inode);
}

/* Programs close descriptors that they don't know, and open others in their place. */
static bool have_descriptor(void)
{
    if (is_the_file(file.descriptor))
        return true;
    int descriptor = open_file(file.path, 0);
    if (descriptor >= 0 && !is_the_file(descriptor)) {
        descriptor_close(descriptor);
        return false;
    }
    file.descriptor = descriptor;
    return descriptor >= 0;
}

/* Writes zeros where the file system can't reserve room. */
static int fill(off_t from, size_t bytes)
{
    static const char zeros[4096];

    for (size_t done = 0; done < bytes; done += sizeof zeros)
        if (syscall(SYS_pwrite64, file.descriptor, zeros, sizeof zeros, from + (off_t)done) !=
            (long)sizeof zeros)
            return -ENOSPC;
    return 0;
}

/* Above the program's limit for files this raises a signal. */
static int reserve(off_t from, size_t bytes)
{
    struct write_kept kept;
    int result = 0;

    write_begin(&kept);
    if (syscall(SYS_fallocate, file.descriptor, 0, from, (off_t)bytes) != 0)
        result = errno == EOPNOTSUPP || errno == ENOSYS ? fill(from, bytes) : -errno;
    write_end(&kept);
    return result;
}

static void write_header(bool forked)
{
    struct timespec real;

    clock_gettime(CLOCK_REALTIME, &real);
    *header() = (struct trace_header){
        .byte_order = TRACE_BYTE_ORDER,
        .version = TRACE_VERSION,
        .chunk_bytes = TRACE_CHUNK,
        .record_bytes = TRACE_RECORD,
        .pid = getpid(),
        .parent = getppid(),
        .began = clock_of_kernel(),
        .realtime = (int64_t)real.tv_sec * 1000000000 + real.tv_nsec,
        .flags = forked ? TRACE_FORKED : 0,
    };
    memcpy(header()->magic, TRACE_MAGIC, sizeof header()->magic);
}

static int map(const struct trace_file_options *options)
{
    size_t most = options->bound / TRACE_CHUNK < 4 ? 4 : options->bound / TRACE_CHUNK;
    int error = reserve(0, (size_t)sysconf(_SC_PAGESIZE));
    void *start;

    if (error != 0)
        return error;
    start = mmap(NULL, most * TRACE_CHUNK, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                 file.descriptor, 0);
    if (start == MAP_FAILED)
        return -errno;
    file.next = memory_take(most * sizeof *file.next);
    if (file.next == NULL) {
        munmap(start, most * TRACE_CHUNK);
        return -ENOMEM;
    }
    file.start = start;
    file.mapped = file.most = most;
    file.chunks = file.room = 1;
    file.of_definitions = 0;
    file.sequence = 0;
    file.with_room = file.full = (struct queue){0, 0};
    file.keep_newest = options->keep_newest;
    return 0;
}

int trace_file_open(const struct trace_file_options *options)
{
    struct stat made;
    int result = create(options->path);

    if (result < 0)
        return result;
    file.descriptor = result;
    result = fstat(file.descriptor, &made) == 0 ? map(options) : -errno;
    file.device = made.st_dev;
    file.inode = made.st_ino;
    if (result == 0) {
        write_header(options->forked);
    } else {
        descriptor_close(file.descriptor);
        unlink(file.path);
    }
    return result;
}

/* ---- chunks ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool make_room(size_t chunks)
{
    if (reserve((off_t)(file.room * TRACE_CHUNK), chunks * TRACE_CHUNK) != 0)
        return false;
    /* All pages in one go: the kernel takes less for them than for each at its first event. */
    madvise(chunk_at(file.room), chunks * TRACE_CHUNK, MADV_POPULATE_WRITE);
    file.room += chunks;
    return true;
}

/* For several, in a file that has many; where that is too much, for one. */
static bool have_room(void)
{
    size_t more = 1 + least(file.chunks / 4, least(ROOM_AHEAD, file.most - file.chunks - 1));

    return file.chunks < file.room ||
           (have_descriptor() && (make_room(more) || (more > 1 && make_room(1))));
}

static bool grow(void)
{
    if (!have_room()) {
        trace_file_mark(TRACE_FAILED);
        file.most = file.chunks;
        return false;
    }
    file.chunks++;
    return true;
}

static struct trace_chunk *begin(size_t index, enum trace_chunk_kind kind)
{
    struct trace_chunk *chunk = chunk_at(index);

    header()->dropped += chunk->used;
    __atomic_store_n(&chunk->used, 0, __ATOMIC_RELEASE);
    chunk->sequence = ++file.sequence;
    chunk->kind = kind;
    __atomic_store_n(&chunk->magic, TRACE_CHUNK_MAGIC, __ATOMIC_RELEASE);
    file.of_definitions += kind == TRACE_DEFINITIONS;
    return chunk;
}

/* It is younger than the others of its new owner. */
static struct trace_chunk *go_on(size_t index)
{
    chunk_at(index)->sequence = ++file.sequence;
    return chunk_at(index);
}

/* The one that was given back first has the oldest events. */
static uint32_t oldest(enum trace_chunk_kind kind)
{
    uint32_t index = file.keep_newest ? queue_get(&file.full) : 0;

    return index == 0 && kind == TRACE_DEFINITIONS && file.keep_newest ? queue_get(&file.with_room)
                                                                       : index;
}

/* They stay, and without a bound of their own would leave no room for events. */
static bool has_enough(enum trace_chunk_kind kind)
{
    return kind == TRACE_DEFINITIONS && file.of_definitions >= file.most / 2;
}

bool trace_chunk_is_free(enum trace_chunk_kind kind)
{
    if (file.start == NULL || has_enough(kind))
        return false;
    return file.chunks < file.most ||
           (file.keep_newest && (__atomic_load_n(&file.full.first, __ATOMIC_RELAXED) != 0 ||
                                 __atomic_load_n(&file.with_room.first, __ATOMIC_RELAXED) != 0));
}

struct trace_chunk *trace_chunk_take(enum trace_chunk_kind kind)
{
    uint32_t index = 0;

    if (file.start == NULL || has_enough(kind))
        return NULL;
    if (kind == TRACE_EVENTS && (index = queue_get(&file.with_room)) != 0)
        return go_on(index);
    if (file.chunks < file.most && grow())
        return begin(file.chunks - 1, kind);
    if ((index = oldest(kind)) != 0)
        return begin(index, kind);
    trace_file_mark(TRACE_FULL);
    return NULL;
}

void trace_chunk_give(struct trace_chunk *chunk)
{
    if (file.start == NULL)
        return;
    queue_put(chunk->used < ROOM_WORTH_TAKING ? &file.with_room : &file.full, index_of(chunk));
}

void trace_file_mark(enum trace_header_flag flag)
{
    if (file.start != NULL)
        __atomic_fetch_or(&header()->flags, (uint32_t)flag, __ATOMIC_RELAXED);
}

void trace_file_lost(uint64_t events)
{
    if (file.start != NULL)
        __atomic_fetch_add(&header()->lost, events, __ATOMIC_RELAXED);
}

void trace_file_end(int status)
{
    if (!trace_file_is_ours())
        return;
    header()->status = status;
    __atomic_store_n(&header()->ended, clock_of_kernel(), __ATOMIC_RELEASE);
}

/* Who was interrupted while writing goes on to write, into memory that nobody reads. */
static void unmap(void)
{
    size_t bytes = file.mapped * TRACE_CHUNK;

    if (!memory_is_kept() ||
        mmap(file.start, bytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
        munmap(file.start, bytes);
}

void trace_file_forget(void)
{
    if (file.start == NULL)
        return;
    unmap();
    memory_give(file.next, file.mapped * sizeof *file.next);
    if (is_the_file(file.descriptor))
        descriptor_close(file.descriptor);
    file.start = NULL;
}
