/* SPDX-License-Identifier: MIT */
/*
 * The interpreter of DWARF expressions (DWARF 5, 2.5).  Called for frames that need them:
 * entries of procedure linkage tables, signal frames, realigned stacks.  Must never leave
 * its bytes or run for ever: an expression may jump back.
 */
#include "base/unwind_expression.h"

enum { VALUES = 32, MOST_STEPS = 1000 };

enum {
    OP_ADDR = 0x03,
    OP_DEREF = 0x06,
    OP_CONST1U = 0x08,
    OP_CONST1S = 0x09,
    OP_CONST2U = 0x0a,
    OP_CONST2S = 0x0b,
    OP_CONST4U = 0x0c,
    OP_CONST4S = 0x0d,
    OP_CONST8U = 0x0e,
    OP_CONST8S = 0x0f,
    OP_CONSTU = 0x10,
    OP_CONSTS = 0x11,
    OP_DUP = 0x12,
    OP_DROP = 0x13,
    OP_OVER = 0x14,
    OP_PICK = 0x15,
    OP_SWAP = 0x16,
    OP_ROT = 0x17,
    OP_ABS = 0x19,
    OP_AND = 0x1a,
    OP_DIV = 0x1b,
    OP_MINUS = 0x1c,
    OP_MOD = 0x1d,
    OP_MUL = 0x1e,
    OP_NEG = 0x1f,
    OP_NOT = 0x20,
    OP_OR = 0x21,
    OP_PLUS = 0x22,
    OP_PLUS_UCONST = 0x23,
    OP_SHL = 0x24,
    OP_SHR = 0x25,
    OP_SHRA = 0x26,
    OP_XOR = 0x27,
    OP_BRA = 0x28,
    OP_EQ = 0x29,
    OP_GE = 0x2a,
    OP_GT = 0x2b,
    OP_LE = 0x2c,
    OP_LT = 0x2d,
    OP_NE = 0x2e,
    OP_SKIP = 0x2f,
    OP_LIT0 = 0x30,
    OP_REG0 = 0x50,
    OP_BREG0 = 0x70,
    OP_REGX = 0x90,
    OP_BREGX = 0x92,
    OP_DEREF_SIZE = 0x94,
    OP_NOP = 0x96
};

struct machine {
    struct unwind_reader code;
    const unsigned char *start;
    const struct unwind_registers *registers;
    struct unwind_memory *memory;
    unsigned count;
    uintptr_t values[VALUES];
};

/* Every trouble is marked at the cursor, which also ends the run. */
static void push(struct machine *machine, uint64_t value)
{
    if (machine->count == VALUES)
        reader_fail(&machine->code);
    else
        machine->values[machine->count++] = (uintptr_t)value;
}

static uintptr_t pop(struct machine *machine)
{
    if (machine->count != 0)
        return machine->values[--machine->count];
    reader_fail(&machine->code);
    return 0;
}

/* The n-th value from the top. */
static void push_copy(struct machine *machine, unsigned n)
{
    if (n >= machine->count)
        reader_fail(&machine->code);
    else
        push(machine, machine->values[machine->count - 1 - n]);
}

static void push_register(struct machine *machine, uint64_t number, int64_t offset)
{
    if (number >= UNWIND_REGISTERS)
        reader_fail(&machine->code);
    else
        push(machine, machine->registers->value[number] + (uintptr_t)offset);
}

static void push_memory(struct machine *machine, unsigned size)
{
    uintptr_t word = 0, address = pop(machine);

    if (size == 0 || size > sizeof word || !unwind_read(machine->memory, address, &word))
        reader_fail(&machine->code);
    else if (size < sizeof word) /* little-endian */
        word &= ((uintptr_t)1 << 8 * size) - 1;
    push(machine, word);
}

static void jump(struct machine *machine, bool taken)
{
    int16_t distance = (int16_t)read_u16(&machine->code);
    intptr_t at = machine->code.at - machine->start;

    if (!taken)
        return;
    if (at + distance < 0 || at + distance > machine->code.end - machine->start)
        reader_fail(&machine->code);
    else
        machine->code.at = machine->start + at + distance;
}

/* Each of these carries out an operation if it is of its kind. */
static bool run_constant(struct machine *machine, unsigned op)
{
    struct unwind_reader *code = &machine->code;

    switch (op) {
    case OP_ADDR:
        return push(machine, read_pointer(code)), true;
    case OP_CONST1U:
        return push(machine, read_byte(code)), true;
    case OP_CONST1S:
        return push(machine, (uint64_t)(int8_t)read_byte(code)), true;
    case OP_CONST2U:
        return push(machine, read_u16(code)), true;
    case OP_CONST2S:
        return push(machine, (uint64_t)(int16_t)read_u16(code)), true;
    case OP_CONST4U:
        return push(machine, read_u32(code)), true;
    case OP_CONST4S:
        return push(machine, (uint64_t)(int32_t)read_u32(code)), true;
    case OP_CONST8U:
    case OP_CONST8S:
        return push(machine, read_u64(code)), true;
    case OP_CONSTU:
        return push(machine, read_uleb(code)), true;
    case OP_CONSTS:
        return push(machine, (uint64_t)read_sleb(code)), true;
    }
    return false;
}

/* The top n values move up by one, the topmost comes below them. */
static void rotate(struct machine *machine, unsigned n)
{
    uintptr_t *top;

    if (machine->count < n) {
        reader_fail(&machine->code);
        return;
    }
    top = &machine->values[machine->count - 1];
    for (; n > 1; n--, top--) {
        uintptr_t upper = top[0];

        top[0] = top[-1];
        top[-1] = upper;
    }
}

static bool run_stack(struct machine *machine, unsigned op)
{
    switch (op) {
    case OP_DUP:
        return push_copy(machine, 0), true;
    case OP_DROP:
        return pop(machine), true;
    case OP_OVER:
        return push_copy(machine, 1), true;
    case OP_PICK:
        return push_copy(machine, read_byte(&machine->code)), true;
    case OP_SWAP:
        return rotate(machine, 2), true;
    case OP_ROT:
        return rotate(machine, 3), true;
    case OP_DEREF:
        return push_memory(machine, sizeof(uintptr_t)), true;
    case OP_DEREF_SIZE:
        return push_memory(machine, read_byte(&machine->code)), true;
    }
    return false;
}

static bool run_unary(struct machine *machine, unsigned op)
{
    uintptr_t value;

    switch (op) {
    case OP_ABS:
        value = pop(machine);
        return push(machine, (intptr_t)value < 0 ? -value : value), true;
    case OP_NEG:
        return push(machine, -pop(machine)), true;
    case OP_NOT:
        return push(machine, ~pop(machine)), true;
    case OP_PLUS_UCONST:
        value = pop(machine);
        return push(machine, value + read_uleb(&machine->code)), true;
    }
    return false;
}

static uintptr_t shift_right_signed(uintptr_t value, uintptr_t by)
{
    uintptr_t sign = (intptr_t)value < 0 ? ~(uintptr_t)0 : 0;

    return by >= 64 ? sign : by == 0 ? value : value >> by | sign << (64 - by);
}

/* Division by -1 would overflow for one number; there it is a negation. */
static uintptr_t divide(struct machine *machine, uintptr_t left, uintptr_t right)
{
    if (right == 0)
        reader_fail(&machine->code);
    else if (right == ~(uintptr_t)0)
        return -left;
    else
        return (uintptr_t)((intptr_t)left / (intptr_t)right);
    return 0;
}

static uintptr_t remainder_of(struct machine *machine, uintptr_t left, uintptr_t right)
{
    if (right != 0)
        return left % right;
    reader_fail(&machine->code);
    return 0;
}

static bool calculate(struct machine *machine, unsigned op, uintptr_t left, uintptr_t right,
                      uintptr_t *result)
{
    switch (op) {
    case OP_AND:
        return *result = left & right, true;
    case OP_DIV:
        return *result = divide(machine, left, right), true;
    case OP_MINUS:
        return *result = left - right, true;
    case OP_MOD:
        return *result = remainder_of(machine, left, right), true;
    case OP_MUL:
        return *result = left * right, true;
    case OP_OR:
        return *result = left | right, true;
    case OP_PLUS:
        return *result = left + right, true;
    case OP_SHL:
        return *result = right >= 64 ? 0 : left << right, true;
    case OP_SHR:
        return *result = right >= 64 ? 0 : left >> right, true;
    case OP_SHRA:
        return *result = shift_right_signed(left, right), true;
    case OP_XOR:
        return *result = left ^ right, true;
    }
    return false;
}

static bool compare(unsigned op, intptr_t left, intptr_t right, uintptr_t *result)
{
    switch (op) {
    case OP_EQ:
        return *result = left == right, true;
    case OP_GE:
        return *result = left >= right, true;
    case OP_GT:
        return *result = left > right, true;
    case OP_LE:
        return *result = left <= right, true;
    case OP_LT:
        return *result = left < right, true;
    case OP_NE:
        return *result = left != right, true;
    }
    return false;
}

static bool run_binary(struct machine *machine, unsigned op)
{
    uintptr_t right, left, result;

    if (op < OP_AND || op > OP_NE)
        return false;
    right = pop(machine);
    left = pop(machine);
    if (!calculate(machine, op, left, right, &result) &&
        !compare(op, (intptr_t)left, (intptr_t)right, &result))
        return false;
    push(machine, result);
    return true;
}

static bool run_register(struct machine *machine, unsigned op)
{
    uint64_t number;

    if (op >= OP_LIT0 && op < OP_REG0)
        push(machine, op - OP_LIT0);
    else if (op >= OP_REG0 && op < OP_BREG0)
        push_register(machine, op - OP_REG0, 0);
    else if (op >= OP_BREG0 && op < OP_REGX)
        push_register(machine, op - OP_BREG0, read_sleb(&machine->code));
    else if (op == OP_REGX)
        push_register(machine, read_uleb(&machine->code), 0);
    else if (op == OP_BREGX) {
        number = read_uleb(&machine->code);
        push_register(machine, number, read_sleb(&machine->code));
    } else
        return false;
    return true;
}

static bool run_flow(struct machine *machine, unsigned op)
{
    switch (op) {
    case OP_SKIP:
        return jump(machine, true), true;
    case OP_BRA:
        return jump(machine, pop(machine) != 0), true;
    case OP_NOP:
        return true;
    }
    return false;
}

static bool run_operation(struct machine *machine, unsigned op)
{
    return run_register(machine, op) || run_stack(machine, op) || run_unary(machine, op) ||
           run_flow(machine, op) || run_constant(machine, op) || run_binary(machine, op);
}

bool unwind_evaluate(struct unwind_reader code, const struct unwind_registers *registers,
                     struct unwind_memory *memory, const uintptr_t *first, uintptr_t *result)
{
    struct machine machine;
    unsigned steps = 0;

    machine.code = code;
    machine.start = code.at;
    machine.registers = registers;
    machine.memory = memory;
    machine.count = 0;
    if (first != NULL)
        push(&machine, *first);
    while (machine.code.at < machine.code.end)
        if (++steps > MOST_STEPS || !run_operation(&machine, read_byte(&machine.code)))
            return false;
    *result = pop(&machine);
    return !machine.code.bad;
}
