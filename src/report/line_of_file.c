/* SPDX-License-Identifier: MIT */
/*
 * Called for new findings in any thread of the program, and by the command, whose files name
 * what they like.
 */
#include "report/line_of_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BYTES = 1024 };

struct reader {
    int file;
    char bytes[BYTES];
    ssize_t count, at;
};

/* The next byte, or -1 at the end. */
static int next(struct reader *reader)
{
    if (reader->at == reader->count) {
        reader->at = 0;
        reader->count = read(reader->file, reader->bytes, sizeof reader->bytes);
    }
    return reader->count <= 0 ? -1 : (unsigned char)reader->bytes[reader->at++];
}

/* False: the file ends before it. */
static bool read_line(struct reader *reader, unsigned number, char *line, size_t size)
{
    size_t length = 0;
    int byte = 0;

    for (unsigned present = 1; present < number && byte >= 0;)
        present += (byte = next(reader)) == '\n';
    bool is_there = byte >= 0;
    while (byte >= 0 && (byte = next(reader)) >= 0 && byte != '\n' && byte != '\r')
        if (length < size - 1 && byte != '\0')
            line[length++] = (char)byte;
    line[length] = '\0';
    return is_there;
}

/* A script may come from a pipe: it is not read a second time. */
static bool is_meant(int descriptor, size_t most)
{
    struct stat status;

    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
           (most == 0 || (size_t)status.st_size <= most);
}

bool line_of_file(const char *file, unsigned number, size_t most, char *line, size_t size)
{
    int error = errno;
    struct reader reader = {.file = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    bool is_there = false;

    line[0] = '\0';
    if (reader.file >= 0) {
        is_there = is_meant(reader.file, most) && read_line(&reader, number, line, size);
        close(reader.file);
    }
    errno = error;
    return is_there;
}
