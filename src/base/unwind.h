/* SPDX-License-Identifier: MIT */
/*
 * The stack of a thread, from unwind tables (.eh_frame), so that it works for code without
 * frame pointers.  Where code has no tables (made at run time, hand-written) a frame pointer
 * that looks sane is followed; else the stack ends there.
 *
 * Takes no lock, allocates nothing and never reads memory that may be missing: the stack's
 * bounds are given; outside of them the kernel is asked to read.  Any thread, signal
 * handlers too.
 */
#ifndef PIHOOK_BASE_UNWIND_H
#define PIHOOK_BASE_UNWIND_H

#include <stddef.h>
#include <stdint.h>

/* The registers that unwinding starts from, numbered as in DWARF for this machine. */
enum { UNWIND_REGISTERS = 34 };
struct unwind_registers {
    uintptr_t pc;
    uintptr_t value[UNWIND_REGISTERS];
};

/*
 * The part of memory in which the stack may be read without asking: all of it is mapped, and
 * stays so meanwhile.  May be empty; of one's own thread it may begin at the stack pointer.
 */
struct unwind_stack {
    uintptr_t low, high;
};

/*
 * The registers of the caller as they are here: the pc and those that functions keep; the
 * others are left as they were.  Until the caller returns another thread may unwind it, which
 * sees the frame that called and those outside of it.  One that can't be sure that the thread
 * doesn't end meanwhile gives no stack to read without asking.
 */
void unwind_here(struct unwind_registers *registers);

/* Those that a signal found, from the third argument of its handler. */
void unwind_signalled(const void *context, struct unwind_registers *registers);

/*
 * Fills frames[0..max) with the program counter and the return addresses from the innermost
 * frame outwards; returns how many.  A return address may be the first of another function:
 * look up the byte before it.  Frames of the object that holds `skipped` are left out as long
 * as no other one has been seen; NULL leaves out none.
 *
 * The registers may also be those that a signal found.  Whatever they
 * and the stack hold, there are at most `max` frames and no fault.  About 100 ns a frame, 3 KiB
 * of stack.
 */
unsigned unwind(const struct unwind_registers *from, const struct unwind_stack *stack,
                const void *skipped, const void **frames, unsigned max);

#endif
