/* SPDX-License-Identifier: MIT */
/* Called while a model is read.  The file may be cut anywhere, or still be written. */
#include "trace/trace_file.h"

#include "command.h"
#include "graph/vector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER_BYTE_ORDER UINT32_C(0x04030201)

/* ----------------------------------------------------------------------------- header */

static int check_header(const struct trace_file *file, size_t bytes)
{
    const struct trace_header *header = &file->header;

    if (bytes < sizeof header->magic || memcmp(header->magic, TRACE_MAGIC, sizeof header->magic))
        return fail(STATUS_NO, "%s: this is no trace", file->path);
    if (bytes < sizeof *header)
        return fail(STATUS_NO, "%s: the trace is cut within its header", file->path);
    if (header->byte_order == OTHER_BYTE_ORDER)
        return fail(STATUS_NO, "%s: the trace is of a machine with the other byte order",
                    file->path);
    if (header->byte_order != TRACE_BYTE_ORDER)
        return fail(STATUS_NO, "%s: the header of the trace makes no sense", file->path);
    if (header->version != TRACE_VERSION)
        return fail(STATUS_NO, "%s: the trace has version %u, and this pihook reads version %d",
                    file->path, header->version, TRACE_VERSION);
    if (header->chunk_bytes != TRACE_CHUNK || header->record_bytes != TRACE_RECORD)
        return fail(STATUS_NO, "%s: the header of the trace makes no sense", file->path);
    return 0;
}

static int cannot_read(const char *path)
{
    return fail(STATUS_NO, "%s: %s", path, strerror(errno));
}

bool trace_file_is(const char *path)
{
    char magic[sizeof(((struct trace_header *)NULL)->magic)];
    struct stat status;

    /* Nothing that is consumed by reading, such as a pipe. */
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is = fd >= 0 && read(fd, magic, sizeof magic) == (ssize_t)sizeof magic &&
              !memcmp(magic, TRACE_MAGIC, sizeof magic);

    if (fd >= 0)
        close(fd);
    return is;
}

int trace_file_peek(struct trace_file *file, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    *file = (struct trace_file){.path = path};
    if (fd < 0)
        return cannot_read(path);
    ssize_t count = read(fd, &file->header, sizeof file->header);
    int failed = count < 0 ? cannot_read(path) : check_header(file, (size_t)count);

    close(fd);
    return failed;
}

/* ----------------------------------------------------------------------------- chunks */

static bool is_empty(const unsigned char *bytes, size_t count)
{
    return count == 0 || (bytes[0] == 0 && !memcmp(bytes, bytes + 1, count - 1));
}

static void add_chunk(struct trace_file *file, const unsigned char *bytes, size_t size)
{
    struct trace_chunk chunk;
    struct trace_records records = {.bytes = bytes + TRACE_RECORD};
    size_t whole = size / TRACE_RECORD;

    if (size < sizeof chunk) {
        file->cut |= !is_empty(bytes, size);
        return;
    }
    memcpy(&chunk, bytes, sizeof chunk);
    if (chunk.magic != TRACE_CHUNK_MAGIC) {
        file->cut |= !is_empty(bytes, sizeof chunk);
        return;
    }
    file->cut |= chunk.used > whole - 1;
    records.count = chunk.used < whole - 1 ? chunk.used : (uint32_t)(whole - 1);
    records.sequence = chunk.sequence;
    if (chunk.kind == TRACE_EVENTS)
        VECTOR_ADD(&file->events, records);
    else if (chunk.kind == TRACE_DEFINITIONS)
        VECTOR_ADD(&file->definitions, records);
    else
        file->cut = true;
}

static int by_sequence(const void *left, const void *right)
{
    const struct trace_records *a = left, *b = right;

    if (a->sequence != b->sequence)
        return a->sequence < b->sequence ? -1 : 1;
    return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static void sort(struct trace_chunks *chunks)
{
    if (chunks->count > 0)
        qsort(chunks->items, chunks->count, sizeof *chunks->items, by_sequence);
}

int trace_file_of_bytes(struct trace_file *file, const char *path, const void *bytes, size_t size)
{
    *file = (struct trace_file){.path = path, .size = size};
    memcpy(&file->header, bytes, size < sizeof file->header ? size : sizeof file->header);
    int failed = check_header(file, size);

    if (failed)
        return failed;
    for (size_t at = TRACE_CHUNK; at < size; at += TRACE_CHUNK)
        add_chunk(file, (const unsigned char *)bytes + at,
                  size - at < TRACE_CHUNK ? size - at : TRACE_CHUNK);
    sort(&file->definitions);
    sort(&file->events);
    return 0;
}

/* ------------------------------------------------------------------------------- file */

int trace_file_open(struct trace_file *file, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    void *bytes = MAP_FAILED;

    *file = (struct trace_file){.path = path};
    if (fd < 0 || fstat(fd, &status) != 0) {
        int failed = cannot_read(path);

        if (fd >= 0)
            close(fd);
        return failed;
    }
    if (status.st_size > 0)
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (status.st_size == 0)
        return check_header(file, 0);
    if (bytes == MAP_FAILED)
        return cannot_read(path);
    int failed = trace_file_of_bytes(file, path, bytes, (size_t)status.st_size);

    file->bytes = bytes;
    if (failed)
        trace_file_close(file);
    return failed;
}

void trace_file_close(struct trace_file *file)
{
    free(file->definitions.items);
    free(file->events.items);
    if (file->bytes)
        munmap(file->bytes, file->size);
    *file = (struct trace_file){0};
}
