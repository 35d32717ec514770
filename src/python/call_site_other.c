/* SPDX-License-Identifier: MIT */
/* Machines whose code is not known: no call site is ever found. */
#include "python/call_site.h"

#if !defined __x86_64__ && !defined __aarch64__

const uintptr_t CALL_SITE_REACH = 0;

unsigned char *call_site_next(unsigned char *from, unsigned char *end, const void *target)
{
    (void)from;
    (void)end;
    (void)target;
    return NULL;
}

void call_site_aim(unsigned char *site, const void *target)
{
    (void)site;
    (void)target;
}

void call_stub_write(unsigned char *stub, const void *function)
{
    (void)stub;
    (void)function;
}

#endif
