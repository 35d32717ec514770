/* SPDX-License-Identifier: MIT */
/* Direct calls on aarch64: BL imm26 (call), B imm26 (jump), in units of four bytes. */
#include "python/call_site.h"

#ifdef __aarch64__

#include <string.h>

const uintptr_t CALL_SITE_REACH = 0x07ff0000;

enum { OPCODE_MASK = 0x7c000000, OPCODE_B_BL = 0x14000000, IMM26 = 0x03ffffff };

static const unsigned char *target_of(const unsigned char *site, uint32_t instruction)
{
    int32_t words = (int32_t)(instruction << 6) >> 6;

    return site + (int64_t)words * 4;
}

unsigned char *call_site_next(unsigned char *from, unsigned char *end, const void *target)
{
    from = (unsigned char *)(((uintptr_t)from + 3) & ~(uintptr_t)3);
    for (; end - from >= 4; from += 4) {
        uint32_t instruction;

        memcpy(&instruction, from, sizeof instruction);
        if ((instruction & OPCODE_MASK) == OPCODE_B_BL &&
            target_of(from, instruction) == target)
            return from;
    }
    return NULL;
}

void call_site_aim(unsigned char *site, const void *target)
{
    int64_t words = ((const unsigned char *)target - site) / 4;
    uint32_t instruction;

    memcpy(&instruction, site, sizeof instruction);
    instruction = (instruction & ~(uint32_t)IMM26) | ((uint32_t)words & IMM26);
    memcpy(site, &instruction, sizeof instruction);
    __builtin___clear_cache((char *)site, (char *)site + 4);
}

void call_stub_write(unsigned char *stub, const void *function)
{
    /* bti c; ldr x16, +8; br x16; the address */
    static const uint32_t JUMP[] = {0xd503245f, 0x58000050, 0xd61f0200};
    unsigned char *address = stub + sizeof JUMP;

    memcpy(stub, JUMP, sizeof JUMP);
    memcpy(address, &function, sizeof function);
    __builtin___clear_cache((char *)stub, (char *)address + sizeof function);
}

#endif
