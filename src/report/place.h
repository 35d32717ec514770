/* SPDX-License-Identifier: MIT */
/*
 * Places of the code and of the data, for people: `function+0x1f (object)`.
 *
 * Reads mapped memory only, takes no lock; any thread.
 */
#ifndef PIHOOK_REPORT_PLACE_H
#define PIHOOK_REPORT_PLACE_H

#include "base/text.h"
#include "report/finding.h"

#include <stdint.h>

/* Strings live as long as the object is mapped. */
struct place_found {
    const char *object;      /* its file, "" when no object holds the address */
    const char *object_name; /* without the folder */
    uintptr_t offset;        /* in the object as its file numbers it (what addr2line takes) */
    const char *symbol;      /* function or variable, "" when unknown */
    uintptr_t symbol_offset;
    const unsigned char *build_id; /* NULL: it has none */
    size_t build_id_size;
};

/* Learns the program's own file name.  To be called at start; without, its argv[0] is told. */
void place_prepare(void);

/* The program's own file. */
const char *place_program(void);

/* A frame of a stack, machine code or a line of a script (script_place.h), as a place. */
struct place place_of_frame(const void *frame);

/* False when the place is told by its text alone, or no object holds it. */
bool place_find(const struct place *place, struct place_found *found);

/*
 * Adds the place's own text, or `function+0x1f (object)`, `+0x1234 (object)` without a symbol,
 * `variable (object)`, `variable+0x8 (object)`, `0x7f001234 (unknown)`.
 */
void place_text(struct text *text, const struct place *place);

/* The same without the object in parentheses. */
void place_symbol_text(struct text *text, const struct place *place,
                       const struct place_found *found);

/* Mixes the place into a number that is the same in every run of the same program. */
uint64_t place_mix(uint64_t number, const struct place *place);

#endif
