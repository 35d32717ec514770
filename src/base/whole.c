/* SPDX-License-Identifier: MIT */
/* Files read whole.  Called where configuration is read; it must never give up at EINTR. */
#include "base/whole.h"

#include <errno.h>
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
