/* SPDX-License-Identifier: MIT */
/*
 * The interpreter of call frame instructions (DWARF 5, 6.4.2, with GNU's).  Called by the
 * unwinder for every frame; must never leave the program's bytes or loop: every instruction
 * moves on by a byte or more.
 *
 * Rules for registers that a struct unwind_registers lacks (vectors) are read and dropped.
 */
#include "base/unwind_cfi.h"

/* High two bits; the low six are an operand. */
enum { CFA_ADVANCE = 0x40, CFA_OFFSET = 0x80, CFA_RESTORE = 0xc0 };

enum {
    CFA_NOP = 0x00,
    CFA_SET_LOC = 0x01,
    CFA_ADVANCE1 = 0x02,
    CFA_ADVANCE2 = 0x03,
    CFA_ADVANCE4 = 0x04,
    CFA_OFFSET_EXTENDED = 0x05,
    CFA_RESTORE_EXTENDED = 0x06,
    CFA_UNDEFINED = 0x07,
    CFA_SAME_VALUE = 0x08,
    CFA_REGISTER = 0x09,
    CFA_REMEMBER_STATE = 0x0a,
    CFA_RESTORE_STATE = 0x0b,
    CFA_DEF_CFA = 0x0c,
    CFA_DEF_CFA_REGISTER = 0x0d,
    CFA_DEF_CFA_OFFSET = 0x0e,
    CFA_DEF_CFA_EXPRESSION = 0x0f,
    CFA_EXPRESSION = 0x10,
    CFA_OFFSET_EXTENDED_SF = 0x11,
    CFA_DEF_CFA_SF = 0x12,
    CFA_DEF_CFA_OFFSET_SF = 0x13,
    CFA_VAL_OFFSET = 0x14,
    CFA_VAL_OFFSET_SF = 0x15,
    CFA_VAL_EXPRESSION = 0x16,
    CFA_ADVANCE8 = 0x1d,
    /* aarch64: the return address is signed from here on, or no longer.  All are stripped. */
    CFA_NEGATE_RA_STATE = 0x2d,
    CFA_ARGS_SIZE = 0x2e,
    CFA_NEGATIVE_OFFSET_EXTENDED = 0x2f
};

/* Compilers nest them once. */
enum { REMEMBERED = 4 };

struct interpreter {
    const struct unwind_entry *entry;
    struct unwind_reader code;
    uintptr_t location, address;
    struct unwind_row *row;
    unsigned depth;
    struct unwind_row initial, remembered[REMEMBERED];
};

static int32_t fit(struct interpreter *run, int64_t value)
{
    if (value != (int32_t)value)
        reader_fail(&run->code);
    return (int32_t)value;
}

static int64_t factored(const struct interpreter *run, uint64_t value)
{
    return (int64_t)(value * (uint64_t)run->entry->data_align);
}

static void set_rule(struct interpreter *run, uint64_t number, enum unwind_rule rule, int64_t value)
{
    if (number >= UNWIND_REGISTERS)
        return;
    run->row->set |= UINT64_C(1) << number;
    run->row->rule[number] = (uint8_t)rule;
    run->row->value[number] = fit(run, value);
}

static void set_same(struct interpreter *run, uint64_t number)
{
    if (number < UNWIND_REGISTERS)
        run->row->set &= ~(UINT64_C(1) << number);
}

static void restore_rule(struct interpreter *run, uint64_t number)
{
    if (number >= UNWIND_REGISTERS)
        return;
    if (run->initial.set >> number & 1)
        set_rule(run, number, run->initial.rule[number], run->initial.value[number]);
    else
        set_same(run, number);
}

static void set_cfa(struct interpreter *run, uint64_t number, int64_t value)
{
    if (number >= UNWIND_REGISTERS)
        reader_fail(&run->code);
    run->row->cfa_is_expression = false;
    run->row->cfa_register = (uint8_t)number;
    run->row->cfa_value = fit(run, value);
}

/* Skips an expression; returns its distance from the base, the start of the CIE's program. */
static int64_t take_expression(struct interpreter *run)
{
    intptr_t start = (intptr_t)run->code.at;

    reader_skip(&run->code, read_uleb(&run->code));
    return start - (intptr_t)run->entry->initial.at;
}

struct unwind_reader unwind_cfi_expression(const struct unwind_entry *entry, int32_t value)
{
    uintptr_t start = (uintptr_t)entry->initial.at + (uintptr_t)(intptr_t)value;
    struct unwind_reader reader = {(const void *)start, (const void *)UINTPTR_MAX, false};
    uint64_t length = read_uleb(&reader);

    /* It was found to end inside its program when it was taken. */
    reader.end = reader.at + length;
    return reader;
}

static void advance(struct interpreter *run, uint64_t delta)
{
    run->location += (uintptr_t)(delta * run->entry->code_align);
}

/* Each of these carries out an instruction if it is of its kind. */
static bool run_location(struct interpreter *run, unsigned code)
{
    switch (code) {
    case CFA_SET_LOC:
        run->location = read_encoded(&run->code, run->entry->encoding, run->entry->data);
        return true;
    case CFA_ADVANCE1:
        advance(run, read_byte(&run->code));
        return true;
    case CFA_ADVANCE2:
        advance(run, read_u16(&run->code));
        return true;
    case CFA_ADVANCE4:
        advance(run, read_u32(&run->code));
        return true;
    case CFA_ADVANCE8:
        advance(run, read_u64(&run->code));
        return true;
    }
    return false;
}

static bool run_cfa(struct interpreter *run, unsigned code)
{
    uint64_t number;

    switch (code) {
    case CFA_DEF_CFA:
        number = read_uleb(&run->code);
        set_cfa(run, number, (int64_t)read_uleb(&run->code));
        return true;
    case CFA_DEF_CFA_SF:
        number = read_uleb(&run->code);
        set_cfa(run, number, factored(run, (uint64_t)read_sleb(&run->code)));
        return true;
    case CFA_DEF_CFA_REGISTER:
        set_cfa(run, read_uleb(&run->code), run->row->cfa_value);
        return true;
    case CFA_DEF_CFA_OFFSET:
        set_cfa(run, run->row->cfa_register, (int64_t)read_uleb(&run->code));
        return true;
    case CFA_DEF_CFA_OFFSET_SF:
        set_cfa(run, run->row->cfa_register, factored(run, (uint64_t)read_sleb(&run->code)));
        return true;
    case CFA_DEF_CFA_EXPRESSION:
        run->row->cfa_is_expression = true;
        run->row->cfa_value = fit(run, take_expression(run));
        return true;
    }
    return false;
}

/* With an operand that is an offset from the CFA. */
static bool run_offset(struct interpreter *run, unsigned code)
{
    uint64_t number;

    switch (code) {
    case CFA_OFFSET_EXTENDED:
    case CFA_VAL_OFFSET:
        number = read_uleb(&run->code);
        set_rule(run, number, code == CFA_VAL_OFFSET ? UNWIND_IS : UNWIND_SAVED,
                 factored(run, read_uleb(&run->code)));
        return true;
    case CFA_OFFSET_EXTENDED_SF:
    case CFA_VAL_OFFSET_SF:
        number = read_uleb(&run->code);
        set_rule(run, number, code == CFA_VAL_OFFSET_SF ? UNWIND_IS : UNWIND_SAVED,
                 factored(run, (uint64_t)read_sleb(&run->code)));
        return true;
    case CFA_NEGATIVE_OFFSET_EXTENDED:
        number = read_uleb(&run->code);
        set_rule(run, number, UNWIND_SAVED, factored(run, -read_uleb(&run->code)));
        return true;
    }
    return false;
}

static bool run_register(struct interpreter *run, unsigned code)
{
    uint64_t number;

    switch (code) {
    case CFA_RESTORE_EXTENDED:
        restore_rule(run, read_uleb(&run->code));
        return true;
    case CFA_UNDEFINED:
        set_rule(run, read_uleb(&run->code), UNWIND_UNDEFINED, 0);
        return true;
    case CFA_SAME_VALUE:
        set_same(run, read_uleb(&run->code));
        return true;
    case CFA_REGISTER:
        number = read_uleb(&run->code);
        set_rule(run, number, UNWIND_IN_REGISTER, (int64_t)read_uleb(&run->code));
        return true;
    case CFA_EXPRESSION:
    case CFA_VAL_EXPRESSION:
        number = read_uleb(&run->code);
        set_rule(run, number,
                 code == CFA_EXPRESSION ? UNWIND_SAVED_EXPRESSION : UNWIND_IS_EXPRESSION,
                 take_expression(run));
        return true;
    }
    return false;
}

static bool run_state(struct interpreter *run, unsigned code)
{
    switch (code) {
    case CFA_REMEMBER_STATE:
        if (run->depth == REMEMBERED)
            return false;
        run->remembered[run->depth++] = *run->row;
        return true;
    case CFA_RESTORE_STATE:
        if (run->depth == 0)
            return false;
        *run->row = run->remembered[--run->depth];
        return true;
    case CFA_ARGS_SIZE:
        read_uleb(&run->code);
        return true;
    case CFA_NOP:
    case CFA_NEGATE_RA_STATE:
        return true;
    }
    return false;
}

static bool run_instruction(struct interpreter *run)
{
    unsigned code = read_byte(&run->code), low = code & 0x3f;

    switch (code & 0xc0) {
    case CFA_ADVANCE:
        advance(run, low);
        return true;
    case CFA_OFFSET:
        set_rule(run, low, UNWIND_SAVED, factored(run, read_uleb(&run->code)));
        return true;
    case CFA_RESTORE:
        restore_rule(run, low);
        return true;
    }
    return run_cfa(run, code) || run_state(run, code) || run_location(run, code) ||
           run_register(run, code) || run_offset(run, code);
}

static bool run_program(struct interpreter *run, struct unwind_reader program)
{
    run->code = program;
    while (run->code.at < run->code.end && run->location <= run->address)
        if (!run_instruction(run))
            return false;
    return !run->code.bad;
}

bool unwind_cfi_run(const struct unwind_entry *entry, uintptr_t address, struct unwind_row *row)
{
    struct interpreter run;

    run.entry = entry;
    run.location = entry->begin;
    run.address = address;
    run.row = row;
    run.depth = 0;
    run.initial.set = 0;
    row->set = 0;
    row->cfa_is_expression = false;
    row->cfa_register = 0;
    row->cfa_value = 0;
    if (!run_program(&run, entry->initial))
        return false;
    run.initial = *row;
    run.location = entry->begin;
    return run_program(&run, entry->program);
}
