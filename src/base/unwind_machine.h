/* SPDX-License-Identifier: MIT */
/*
 * What unwinding must know of a machine beside its tables, one file per instruction set:
 * unwind_x86_64.c, unwind_aarch64.c, and unwind_other.c, which knows none.  unwind_here is
 * there too.
 */
#ifndef PIHOOK_BASE_UNWIND_MACHINE_H
#define PIHOOK_BASE_UNWIND_MACHINE_H

#include "base/unwind.h"

#include <stdbool.h>

/* DWARF's numbers of the stack pointer, the frame pointer and the program counter. */
extern const unsigned UNWIND_SP, UNWIND_FP, UNWIND_PC;

/* A return address without a signature. */
uintptr_t unwind_plain_address(uintptr_t address);

/*
 * If the pc is at the code that returns from a signal handler: puts back the registers that
 * the signal found.  For such code without a table.
 */
bool unwind_interrupted(struct unwind_registers *registers);

#endif
