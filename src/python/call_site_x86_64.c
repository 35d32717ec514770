/* SPDX-License-Identifier: MIT */
/* Direct calls on x86-64: E8 rel32 (call), E9 rel32 (jmp). */
#include "python/call_site.h"

#ifdef __x86_64__

#include <string.h>

const uintptr_t CALL_SITE_REACH = 0x7fff0000;

static const unsigned char *target_of(const unsigned char *site)
{
    int32_t displacement;

    memcpy(&displacement, site + 1, sizeof displacement);
    return site + 5 + displacement;
}

unsigned char *call_site_next(unsigned char *from, unsigned char *end, const void *target)
{
    for (; end - from >= 5; from++)
        if ((*from & 0xfe) == 0xe8 && target_of(from) == target)
            return from;
    return NULL;
}

void call_site_aim(unsigned char *site, const void *target)
{
    int32_t displacement = (int32_t)((const unsigned char *)target - (site + 5));

    memcpy(site + 1, &displacement, sizeof displacement);
}

void call_stub_write(unsigned char *stub, const void *function)
{
    /* endbr64; jmp *0(%rip); the address */
    static const unsigned char JUMP[] = {0xf3, 0x0f, 0x1e, 0xfa, 0xff, 0x25, 0, 0, 0, 0};

    memcpy(stub, JUMP, sizeof JUMP);
    memcpy(stub + sizeof JUMP, &function, sizeof function);
}

#endif
