/* SPDX-License-Identifier: MIT */
/*
 * DWARF expressions, as far as call frame information uses them: a stack machine over
 * registers and memory.  Any bytes may stand in them; memory that is missing is never read.
 */
#ifndef PIHOOK_BASE_UNWIND_EXPRESSION_H
#define PIHOOK_BASE_UNWIND_EXPRESSION_H

#include "base/unwind.h"
#include "base/unwind_memory.h"
#include "base/unwind_reader.h"

/* What an expression leaves, begun with *first on its stack (NULL: with nothing). */
bool unwind_evaluate(struct unwind_reader code, const struct unwind_registers *registers,
                     struct unwind_memory *memory, const uintptr_t *first, uintptr_t *result);

#endif
