/* SPDX-License-Identifier: MIT */
/*
 * Direct calls in machine code, one file per instruction set: call_site_x86_64.c,
 * call_site_aarch64.c, and call_site_other.c, which knows none.
 *
 * Both `call` and `jump` with a displacement count: a tail call is a jump.
 */
#ifndef PIHOOK_PYTHON_CALL_SITE_H
#define PIHOOK_PYTHON_CALL_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far a displacement reaches in both directions; 0: no such code is known. */
extern const uintptr_t CALL_SITE_REACH;

/* The bytes of the instruction, and those of a stub. */
enum { CALL_SITE_BYTES = 5, CALL_STUB_BYTES = 32 };

/*
 * The first place at or after `from`, before `end`, where an instruction would call or jump
 * to `target`; NULL if there is none.
 */
unsigned char *call_site_next(unsigned char *from, unsigned char *end, const void *target);

/* Points that instruction at another target, which must be within reach. */
void call_site_aim(unsigned char *site, const void *target);

/* Writes code that jumps to a function anywhere; at most CALL_STUB_BYTES. */
void call_stub_write(unsigned char *stub, const void *function);

#endif
