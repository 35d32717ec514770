/* SPDX-License-Identifier: MIT */
/*
 * Unwind tables of the objects that the loader has mapped: which entry is for a given
 * instruction.
 *
 * Takes no lock: _dl_find_object doesn't.  The object must stay loaded meanwhile, as it does
 * while one of its functions is on the stack.
 */
#ifndef PIHOOK_BASE_UNWIND_TABLE_H
#define PIHOOK_BASE_UNWIND_TABLE_H

#include "base/unwind_entry.h"

struct unwind_object {
    uintptr_t start, end;          /* where it is mapped */
    const void *map;               /* the loader's struct link_map; NULL: there is no object */
    struct unwind_section section; /* the segment with its tables; empty if it has none */
    const unsigned char *table;    /* pairs of code and FDE in order of code, or NULL */
    size_t entries;
    const unsigned char *first; /* .eh_frame, for objects without such a table */
};

/* Fills `object` for the one that holds an address. */
void unwind_object_at(uintptr_t address, struct unwind_object *object);

/* Takes section.data as an .eh_frame_hdr; the section's other fields are set. */
void unwind_object_read_header(struct unwind_object *object);

/* The entry for the instruction at an address; false if there is none. */
bool unwind_object_entry(const struct unwind_object *object, uintptr_t address,
                         struct unwind_entry *entry);

#endif
