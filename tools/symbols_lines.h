/* SPDX-License-Identifier: MIT */
/* Source lines of an address, those of inlined functions included. */
#ifndef PIHOOK_SYMBOLS_LINES_H
#define PIHOOK_SYMBOLS_LINES_H

#include "symbols.h"

#include <elfutils/libdwfl.h>

/* Fills found->lines. */
void symbols_lines(Dwfl_Module *module, Dwarf_Addr address, struct symbol_found *found);

/* The same for a variable: one line, that of its declaration. */
void symbols_variable(Dwfl_Module *module, Dwarf_Addr address, struct symbol_found *found);

#endif
