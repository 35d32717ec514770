/* SPDX-License-Identifier: MIT */
/*
 * Call frame information: runs the program of an entry up to an instruction, which gives the
 * rules by which the caller's registers are found there.
 *
 * Plain data in, plain data out; any bytes may stand in the program.
 */
#ifndef PIHOOK_BASE_UNWIND_CFI_H
#define PIHOOK_BASE_UNWIND_CFI_H

#include "base/unwind.h"
#include "base/unwind_entry.h"

enum unwind_rule {
    UNWIND_UNDEFINED,        /* lost; of the return address: there is no caller */
    UNWIND_SAVED,            /* in memory at CFA + value */
    UNWIND_IS,               /* CFA + value */
    UNWIND_IN_REGISTER,      /* in register `value` */
    UNWIND_SAVED_EXPRESSION, /* in memory where the expression at `value` says */
    UNWIND_IS_EXPRESSION     /* what it says */
};

/*
 * The CFA (canonical frame address) is what the stack pointer was before the call.  An
 * expression is told by its distance from the row's base.
 */
struct unwind_row {
    uint64_t set; /* a bit for each register that has a rule; the others keep their value */
    uint8_t rule[UNWIND_REGISTERS];
    int32_t value[UNWIND_REGISTERS];
    bool cfa_is_expression;
    uint8_t cfa_register;
    int32_t cfa_value;
};

/* The rules at an address that the entry is for; false if they make no sense. */
bool unwind_cfi_run(const struct unwind_entry *entry, uintptr_t address, struct unwind_row *row);

/* An expression of a row that the entry gave: where it begins, its end. */
struct unwind_reader unwind_cfi_expression(const struct unwind_entry *entry, int32_t value);

#endif
