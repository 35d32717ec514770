/* SPDX-License-Identifier: MIT */
/* Machines that are not known: a stack is the place that asked for it, and no more. */
#include "base/unwind_machine.h"

#if !defined __x86_64__ && !defined __aarch64__

#include <string.h>

const unsigned UNWIND_SP = 0, UNWIND_FP = 0, UNWIND_PC = 0;

void unwind_here(struct unwind_registers *registers)
{
    memset(registers, 0, sizeof *registers);
    registers->pc = (uintptr_t)__builtin_return_address(0);
}

void unwind_signalled(const void *context, struct unwind_registers *registers)
{
    (void)context;
    memset(registers, 0, sizeof *registers);
}

uintptr_t unwind_plain_address(uintptr_t address)
{
    return address;
}

bool unwind_interrupted(struct unwind_registers *registers)
{
    (void)registers;
    return false;
}

#endif
