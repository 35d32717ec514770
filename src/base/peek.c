/* SPDX-License-Identifier: MIT */
/*
 * Reading our own memory through the kernel.  Called by the unwinder for what is not known
 * to be mapped; must never fault.
 *
 * A process may always read itself this way (ptrace's rules don't apply within it).  But
 * qemu doesn't know the call, and a seccomp filter may refuse it; then the kernel is only
 * asked whether the memory is there, and another thread could unmap it in between.
 */
#include "base/peek.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* No page is smaller. */
enum { PAGE = 4096, WORD = 8 };

/* A mask is read before it is found that nothing (~0) can be done with it. */
static bool is_there(uintptr_t word)
{
    return syscall(SYS_rt_sigprocmask, ~0, word, NULL, WORD) == -1 && errno == EINVAL;
}

static bool are_there(uintptr_t address, size_t bytes)
{
    uintptr_t last = address + bytes - 1;

    if (last < address)
        return false;
    for (uintptr_t page = address / PAGE; page <= last / PAGE; page++)
        if (!is_there(page == address / PAGE ? address / WORD * WORD : page * PAGE))
            return false;
    return true;
}

/* Sanitizers guard memory against what is wanted here. */
__attribute__((no_sanitize("address"), no_sanitize("thread"))) static void
copy_bytes(volatile unsigned char *to, const volatile unsigned char *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = from[i];
}

static bool ask_then_read(uintptr_t address, void *copy, size_t bytes)
{
    if (!are_there(address, bytes))
        return false;
    copy_bytes(copy, (const void *)address, bytes);
    return true;
}

bool peek(uintptr_t address, void *copy, size_t bytes)
{
    struct iovec here = {copy, bytes}, there = {(void *)address, bytes};
    int before = errno;
    long self = syscall(SYS_getpid);
    long done = syscall(SYS_process_vm_readv, self, &here, 1UL, &there, 1UL, 0UL);
    bool was_read = done == (long)bytes;

    if (done == -1 && errno != EFAULT)
        was_read = ask_then_read(address, copy, bytes);
    errno = before;
    return was_read;
}
