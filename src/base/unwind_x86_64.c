/* SPDX-License-Identifier: MIT */
/* Unwinding on x86-64.  Called by unwind.c; unwind_here by whoever wants a stack. */
#include "base/unwind_machine.h"

#ifdef __x86_64__

#include "base/peek.h"

#include <string.h>
#include <ucontext.h>

const unsigned UNWIND_SP = 7, UNWIND_FP = 6, UNWIND_PC = 16;

_Static_assert(offsetof(struct unwind_registers, pc) == 0, "as unwind_here has it");
_Static_assert(offsetof(struct unwind_registers, value) == 8, "as unwind_here has it");

/* C can't say it: the return address is the pc, and the stack is as it will be there. */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl unwind_here\n"
        ".type unwind_here, @function\n"
        "unwind_here:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    movq (%rsp), %rax\n"
        "    movq %rax, (%rdi)\n"
        "    leaq 8(%rsp), %rax\n"
        "    movq %rbx, 8+8*3(%rdi)\n"
        "    movq %rbp, 8+8*6(%rdi)\n"
        "    movq %rax, 8+8*7(%rdi)\n"
        "    movq %r12, 8+8*12(%rdi)\n"
        "    movq %r13, 8+8*13(%rdi)\n"
        "    movq %r14, 8+8*14(%rdi)\n"
        "    movq %r15, 8+8*15(%rdi)\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size unwind_here, . - unwind_here\n");

uintptr_t unwind_plain_address(uintptr_t address)
{
    return address;
}

/* The kernel's record of them, in the order of DWARF's numbers. */
static void take_registers(const greg_t *saved, struct unwind_registers *registers)
{
    static const unsigned char ORDER[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                          REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                          REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};

    for (unsigned i = 0; i < sizeof ORDER; i++)
        registers->value[i] = (uintptr_t)saved[ORDER[i]];
    registers->pc = registers->value[UNWIND_PC];
}

void unwind_signalled(const void *context, struct unwind_registers *registers)
{
    take_registers(((const ucontext_t *)context)->uc_mcontext.gregs, registers);
}

bool unwind_interrupted(struct unwind_registers *registers)
{
    /* mov $__NR_rt_sigreturn,%rax; syscall */
    static const unsigned char RETURN[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
    unsigned char code[sizeof RETURN];
    uintptr_t saved = registers->value[UNWIND_SP] + offsetof(ucontext_t, uc_mcontext.gregs);
    gregset_t words;

    if (!peek(registers->pc, code, sizeof code) || memcmp(code, RETURN, sizeof code) != 0 ||
        !peek(saved, words, sizeof words))
        return false;
    take_registers(words, registers);
    return true;
}

#endif
