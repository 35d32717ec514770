/* SPDX-License-Identifier: MIT */
/*
 * An entry of .eh_frame: an FDE together with the CIE that it refers to.  They say how the
 * frames of one stretch of code are undone, as programs that unwind_cfi.h runs.
 *
 * Reads nothing outside of the bounds that it is given.
 */
#ifndef PIHOOK_BASE_UNWIND_ENTRY_H
#define PIHOOK_BASE_UNWIND_ENTRY_H

#include "base/unwind_reader.h"

/* The memory in which entries may lie, and what data-relative pointers count from. */
struct unwind_section {
    const unsigned char *low, *high, *data;
};

struct unwind_entry {
    uintptr_t begin, size;        /* the code it is for */
    struct unwind_reader initial; /* the program of the CIE, */
    struct unwind_reader program; /* then that of the FDE */
    uint64_t code_align;
    int64_t data_align;
    const unsigned char *data; /* as in the section */
    unsigned encoding;         /* of pointers */
    unsigned return_register;
    bool has_data;  /* augmentation data is there, with its length */
    bool is_signal; /* the frame was made by the kernel for a signal */
};

/* False if there is no FDE at the address, or none that is understood. */
bool unwind_entry_read(const struct unwind_section *section, const unsigned char *fde,
                       struct unwind_entry *entry);

#endif
