/* SPDX-License-Identifier: MIT */
/* Called for each file that is opened, and before each use of one that stays open. */
#include "base/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Above the numbers that a program hands out or closes in a loop over small ones. */
enum { DESCRIPTOR_FROM = 1000 };

void descriptor_close(int descriptor)
{
    syscall(SYS_close, descriptor);
}

int descriptor_move_up(int descriptor)
{
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, DESCRIPTOR_FROM);

    if (moved < 0)
        moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (moved < 0)
        moved = -errno;
    descriptor_close(descriptor);
    return moved;
}

bool descriptor_is(int descriptor, dev_t device, ino_t inode)
{
    struct stat now;

    return fstat(descriptor, &now) == 0 && now.st_dev == device && now.st_ino == inode;
}
