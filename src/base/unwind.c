/* SPDX-License-Identifier: MIT */
/*
 * The walk from frame to frame.  Called where a finding or a new edge of the lock-order graph
 * wants a stack; must never lock, allocate or fault, and uses little stack itself: the
 * program's threads may have 16 KiB.
 */
#include "base/unwind.h"

#include "base/image.h"
#include "base/unwind_cfi.h"
#include "base/unwind_expression.h"
#include "base/unwind_machine.h"
#include "base/unwind_table.h"

enum {
    MOST_SKIPPED = 64,
    /* Without the stack's bounds: a frame pointer farther up is none. */
    MOST_FRAME = 1 << 20
};

struct walk {
    struct unwind_registers registers;
    struct unwind_memory memory;
    struct unwind_object object; /* holds registers.pc, if any does */
    uintptr_t cfa;               /* of the last frame: the next one's is above it, */
    bool anywhere;               /* but not across a signal: its handler has a stack of its own */
    bool is_exact;               /* the pc is no return address: its instruction is the one */
};

static void begin(struct walk *walk, const struct unwind_registers *from,
                  const struct unwind_stack *stack)
{
    walk->registers = *from;
    walk->registers.value[UNWIND_PC] = from->pc;
    unwind_memory_init(&walk->memory, stack->low, stack->high);
    walk->object.start = walk->object.end = 0;
    walk->cfa = 0;
    walk->anywhere = true;
    walk->is_exact = true;
}

/*
 * A call may be the last instruction of its function: what comes next would be looked up in
 * another one's table.
 */
static uintptr_t instruction(const struct walk *walk)
{
    return walk->registers.pc - !walk->is_exact;
}

static void find_object(struct walk *walk)
{
    uintptr_t address = instruction(walk);

    if (address - walk->object.start >= walk->object.end - walk->object.start)
        unwind_object_at(address, &walk->object);
}

/* For the caller's frame; nothing is restored before all of it is known. */
struct restored {
    uintptr_t cfa, value[UNWIND_REGISTERS];
};

static bool find_cfa(struct walk *walk, const struct unwind_entry *entry,
                     const struct unwind_row *row, uintptr_t *cfa)
{
    if (row->cfa_is_expression)
        return unwind_evaluate(unwind_cfi_expression(entry, row->cfa_value), &walk->registers,
                               &walk->memory, NULL, cfa);
    *cfa = walk->registers.value[row->cfa_register] + (uintptr_t)(intptr_t)row->cfa_value;
    return true;
}

static bool by_expression(struct walk *walk, const struct unwind_entry *entry, int32_t value,
                          uintptr_t cfa, uintptr_t *result)
{
    return unwind_evaluate(unwind_cfi_expression(entry, value), &walk->registers, &walk->memory,
                           &cfa, result);
}

static bool find_register(struct walk *walk, const struct unwind_entry *entry,
                          const struct unwind_row *row, unsigned number, struct restored *restored)
{
    int32_t value = row->value[number];
    uintptr_t at = restored->cfa + (uintptr_t)(intptr_t)value, *result = &restored->value[number];

    switch ((enum unwind_rule)row->rule[number]) {
    case UNWIND_SAVED:
        return unwind_read(&walk->memory, at, result);
    case UNWIND_IS:
        *result = at;
        return true;
    case UNWIND_IN_REGISTER:
        *result = (unsigned)value < UNWIND_REGISTERS ? walk->registers.value[value] : 0;
        return true;
    case UNWIND_SAVED_EXPRESSION:
        return by_expression(walk, entry, value, restored->cfa, &at) &&
               unwind_read(&walk->memory, at, result);
    case UNWIND_IS_EXPRESSION:
        return by_expression(walk, entry, value, restored->cfa, result);
    case UNWIND_UNDEFINED:
        break;
    }
    *result = 0;
    return number != entry->return_register;
}

static bool find_registers(struct walk *walk, const struct unwind_entry *entry,
                           const struct unwind_row *row, struct restored *restored)
{
    for (uint64_t left = row->set; left != 0; left &= left - 1)
        if (!find_register(walk, entry, row, (unsigned)__builtin_ctzll(left), restored))
            return false;
    return true;
}

static void restore(struct unwind_registers *registers, uint64_t set,
                    const struct restored *restored)
{
    registers->value[UNWIND_SP] = restored->cfa;
    for (uint64_t left = set; left != 0; left &= left - 1) {
        int number = __builtin_ctzll(left);

        registers->value[number] = restored->value[number];
    }
}

static void return_to(struct walk *walk, uintptr_t pc)
{
    walk->registers.pc = unwind_plain_address(pc);
    walk->registers.value[UNWIND_PC] = walk->registers.pc;
}

static bool step_by_entry(struct walk *walk, const struct unwind_entry *entry)
{
    struct unwind_row row;
    struct restored restored;

    if (!unwind_cfi_run(entry, instruction(walk), &row) ||
        !find_cfa(walk, entry, &row, &restored.cfa))
        return false;
    if (restored.cfa <= walk->cfa && !walk->anywhere && !entry->is_signal)
        return false;
    if (entry->return_register >= UNWIND_REGISTERS || !find_registers(walk, entry, &row, &restored))
        return false;
    restore(&walk->registers, row.set, &restored);
    return_to(walk, walk->registers.value[entry->return_register]);
    walk->cfa = restored.cfa;
    walk->anywhere = walk->is_exact = entry->is_signal;
    return true;
}

static bool is_code(uintptr_t address)
{
    struct image image;
    struct image_range range;

    if (!image_at((const void *)address, &image))
        return false;
    for (unsigned n = 0; image_text(&image, n, &range); n++)
        if (address - range.start < range.end - range.start)
            return true;
    return false;
}

/* Is there room for a frame record between the stack pointer and the stack's end? */
static bool may_be_frame(const struct walk *walk, uintptr_t pointer)
{
    const struct unwind_memory *memory = &walk->memory;
    uintptr_t sp = walk->registers.value[UNWIND_SP];
    uintptr_t end = sp >= memory->low && sp < memory->high ? memory->high : sp + MOST_FRAME;

    return pointer % sizeof pointer == 0 && pointer >= sp && pointer < end &&
           end - pointer >= 2 * sizeof pointer;
}

/*
 * Where a frame pointer points, the caller's is saved, and above it the return address: on
 * both machines that are known.
 */
static bool step_by_frame_pointer(struct walk *walk)
{
    uintptr_t pointer = walk->registers.value[UNWIND_FP], caller, back;

    if (!may_be_frame(walk, pointer) || !unwind_read(&walk->memory, pointer, &caller) ||
        !unwind_read(&walk->memory, pointer + sizeof pointer, &back) ||
        !is_code(unwind_plain_address(back)))
        return false;
    walk->cfa = pointer + 2 * sizeof pointer;
    walk->registers.value[UNWIND_FP] = caller;
    walk->registers.value[UNWIND_SP] = walk->cfa;
    return_to(walk, back);
    walk->anywhere = walk->is_exact = false;
    return true;
}

/* To the caller's frame; false if there is none, or none can be found. */
static bool step(struct walk *walk)
{
    struct unwind_entry entry;

    if (unwind_object_entry(&walk->object, instruction(walk), &entry))
        return step_by_entry(walk, &entry);
    if (unwind_interrupted(&walk->registers)) {
        walk->anywhere = walk->is_exact = true;
        return true;
    }
    return step_by_frame_pointer(walk);
}

static const void *map_at(const void *address)
{
    struct image image;

    return address != NULL && image_at(address, &image) ? image.map : NULL;
}

unsigned unwind(const struct unwind_registers *from, const struct unwind_stack *stack,
                const void *skipped, const void **frames, unsigned max)
{
    struct walk walk;
    const void *left_out = map_at(skipped);
    unsigned count = 0, most_skipped = MOST_SKIPPED;

    begin(&walk, from, stack);
    while (count < max && walk.registers.pc != 0) {
        find_object(&walk);
        if (count != 0 || left_out == NULL || walk.object.map != left_out)
            frames[count++] = (const void *)walk.registers.pc;
        else if (most_skipped-- == 0)
            break;
        if (!step(&walk))
            break;
    }
    return count;
}
