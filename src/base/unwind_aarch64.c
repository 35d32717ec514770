/* SPDX-License-Identifier: MIT */
/* Unwinding on aarch64.  Called by unwind.c; unwind_here by whoever wants a stack. */
#include "base/unwind_machine.h"

#ifdef __aarch64__

#include "base/peek.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

const unsigned UNWIND_SP = 31, UNWIND_FP = 29, UNWIND_PC = 32;

_Static_assert(offsetof(struct unwind_registers, pc) == 0, "as unwind_here has it");
_Static_assert(offsetof(struct unwind_registers, value) == 8, "as unwind_here has it");

/* C can't say it: the return address is the pc.  The hint is bti c. */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl unwind_here\n"
        ".type unwind_here, %function\n"
        "unwind_here:\n"
        "    .cfi_startproc\n"
        "    hint #34\n"
        "    str x30, [x0]\n"
        "    mov x9, sp\n"
        "    stp x19, x20, [x0, #8+8*19]\n"
        "    stp x21, x22, [x0, #8+8*21]\n"
        "    stp x23, x24, [x0, #8+8*23]\n"
        "    stp x25, x26, [x0, #8+8*25]\n"
        "    stp x27, x28, [x0, #8+8*27]\n"
        "    stp x29, x30, [x0, #8+8*29]\n"
        "    str x9, [x0, #8+8*31]\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size unwind_here, . - unwind_here\n");

/* xpaclri, spelled as the hint that it is on processors without signatures. */
uintptr_t unwind_plain_address(uintptr_t address)
{
    register uintptr_t x30 __asm__("x30") = address;

    __asm__("hint #7" : "+r"(x30));
    return x30;
}

/* x0 to x30, sp and pc stand there in DWARF's order. */
void unwind_signalled(const void *context, struct unwind_registers *registers)
{
    memcpy(registers->value, ((const ucontext_t *)context)->uc_mcontext.regs,
           33 * sizeof registers->value[0]);
    registers->pc = registers->value[UNWIND_PC];
}

/*
 * The kernel's code for it, in the vDSO, has no table that would give back all registers.
 * The handler's stack begins with the siginfo, then comes the context.
 */
bool unwind_interrupted(struct unwind_registers *registers)
{
    /* mov x8, #__NR_rt_sigreturn; svc #0 */
    static const uint32_t RETURN[] = {0xd2801168, 0xd4000001};
    uint32_t code[2];
    uintptr_t saved =
        registers->value[UNWIND_SP] + sizeof(siginfo_t) + offsetof(ucontext_t, uc_mcontext.regs);
    unsigned long long words[33]; /* x0 to x30, sp, pc */

    if (!peek(registers->pc, code, sizeof code) || memcmp(code, RETURN, sizeof code) != 0 ||
        !peek(saved, words, sizeof words))
        return false;
    memcpy(registers->value, words, sizeof words);
    registers->pc = registers->value[UNWIND_PC];
    return true;
}

#endif
