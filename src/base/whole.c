/* SPDX-License-Identifier: MIT */
/* Called where configuration is read, and what the kernel says; it must never give up at EINTR. */
#include "base/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t whole_read(int file, char *bytes, size_t size)
{
    size_t taken = 0;
    ssize_t count;

    do {
        count = read(file, bytes + taken, size - taken);
        if (count > 0)
            taken += (size_t)count;
    } while (count > 0 || (count < 0 && errno == EINTR));
    return count < 0 ? -errno : (ssize_t)taken;
}

ssize_t whole_of_kernel(const char *path, char *bytes, size_t size)
{
    long file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    long length = file < 0 ? -1 : syscall(SYS_read, file, bytes, size);
    int error = errno;

    if (file >= 0)
        syscall(SYS_close, file);
    return length < 0 ? -error : length;
}
