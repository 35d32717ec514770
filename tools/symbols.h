/* SPDX-License-Identifier: MIT */
/*
 * What lies at an offset of an object's file: function or variable, source file and line.
 *
 * From the file's own symbols and debug information, or that which is installed beside it
 * under its build id.  Never from the network.
 */
#ifndef PIHOOK_SYMBOLS_H
#define PIHOOK_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

enum { SYMBOL_LINES_MAX = 16, SYMBOL_FUNCTION_BYTES = 256 };

/* Nobody knows which build ran: the file that is there is taken for it. */
#define SYMBOL_ANY_BUILD "?"

struct symbol_query {
    const char *object;
    const char
        *build_id; /* of the object that ran, two digits a byte; "" for none, or SYMBOL_ANY_BUILD */
    uint64_t offset; /* as addr2line takes it; of code, a return address */
    bool is_data;    /* known to be; else it is told by the file */
};

struct symbol_line {
    char function[SYMBOL_FUNCTION_BYTES]; /* with class and namespace; "" when unknown */
    const char *file;
    int line;
};

/* Strings live as long as the symbols. */
struct symbol_found {
    bool other_build; /* of the object; nothing else is told then */
    bool is_data;
    const char *name; /* "" when unknown */
    uint64_t name_offset;
    struct symbol_line lines[SYMBOL_LINES_MAX]; /* innermost inlined function first; of data, one */
    unsigned line_count;
    const char *folder; /* "" or where the compiler ran: relative names of files start there */
};

/* NULL: no memory. */
struct symbols *symbols_open(void);
void symbols_close(struct symbols *symbols);

/* False when there is no such file any more, or none that can be read. */
bool symbols_find(struct symbols *symbols, const struct symbol_query *query,
                  struct symbol_found *found);

#endif
