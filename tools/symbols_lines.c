/* SPDX-License-Identifier: MIT */
/*
 * Lines from debug information.  Called by symbols.c; debug information may be damaged, so
 * whatever is missing is left out.
 */
#include "symbols_lines.h"

#include "base/text.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>

enum {
    REFERENCES_MAX = 8,
    NESTING_MAX = 32 /* of the blocks that variables are declared in */
};

/* What stands in its class or namespace; a definition or an inlined copy only refers to it. */
static Dwarf_Die declaration(const Dwarf_Die *function)
{
    Dwarf_Die die = *function, next;

    for (int i = 0; i < REFERENCES_MAX; i++) {
        Dwarf_Attribute attribute;

        if ((!dwarf_attr(&die, DW_AT_abstract_origin, &attribute) &&
             !dwarf_attr(&die, DW_AT_specification, &attribute)) ||
            !dwarf_formref_die(&attribute, &next))
            break;
        die = next;
    }
    return die;
}

static bool names_a_scope(Dwarf_Die *die)
{
    switch (dwarf_tag(die)) {
    case DW_TAG_namespace:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        return true;
    default:
        return false;
    }
}

/* `queue::put`, whose symbol is `_ZN5queue3putEv`. */
static void qualified_name(const Dwarf_Die *function, char name[SYMBOL_FUNCTION_BYTES])
{
    Dwarf_Die declared = declaration(function), *scopes = NULL;
    int count = dwarf_getscopes_die(&declared, &scopes);
    struct text text = text_in(name, SYMBOL_FUNCTION_BYTES);
    const char *part = dwarf_diename(&declared);

    for (int i = count - 1; part && i > 0; i--) {
        const char *scope = dwarf_diename(&scopes[i]);

        if (names_a_scope(&scopes[i]))
            text_join(&text, scope ? scope : "(anonymous)", "::", NULL);
    }
    text_add(&text, part ? part : "");
    free(scopes);
}

/* Where a function that was inlined would have been called. */
static bool call_site(Dwarf_Die *inlined, struct symbol_line *line)
{
    Dwarf_Attribute attribute;
    Dwarf_Die unit_space, *unit = dwarf_diecu(inlined, &unit_space, NULL, NULL);
    Dwarf_Word file, number;
    Dwarf_Files *files;
    size_t count;

    if (!unit || dwarf_getsrcfiles(unit, &files, &count) != 0 ||
        dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) != 0 ||
        dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &number) != 0)
        return false;
    line->file = file < count ? dwarf_filesrc(files, file, NULL, NULL) : NULL;
    line->line = (int)number;
    return line->file != NULL;
}

static const char *folder_of(Dwarf_Die *unit)
{
    Dwarf_Attribute attribute;
    const char *folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));

    return folder ? folder : "";
}

/* `function` is NULL where the debug information has none. */
static void add(struct symbol_found *found, struct symbol_line *line, const Dwarf_Die *function)
{
    if (function)
        qualified_name(function, line->function);
    found->lines[found->line_count++] = *line;
}

/* The scopes from the innermost function outwards, as they are nested in the code. */
static int function_scopes(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die **scopes)
{
    Dwarf_Die *around = NULL, innermost;
    int count = dwarf_getscopes(unit, address, &around), first = 0;

    while (first < count && dwarf_tag(&around[first]) != DW_TAG_inlined_subroutine &&
           dwarf_tag(&around[first]) != DW_TAG_subprogram)
        first++;
    if (first < count)
        innermost = around[first];
    free(around);
    return first < count ? dwarf_getscopes_die(&innermost, scopes) : 0;
}

/* Every function that was inlined there, and the one around them. */
static void add_functions(Dwarf_Die *unit, Dwarf_Addr address, struct symbol_line *line,
                          struct symbol_found *found)
{
    Dwarf_Die *scopes = NULL;
    int count = function_scopes(unit, address, &scopes), i;

    for (i = 0; i < count && dwarf_tag(&scopes[i]) != DW_TAG_subprogram; i++) {
        struct symbol_line caller = {0};

        if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine)
            continue;
        if (found->line_count == SYMBOL_LINES_MAX - 1 || !call_site(&scopes[i], &caller))
            break;
        add(found, line, &scopes[i]);
        *line = caller;
    }
    add(found, line, i < count && dwarf_tag(&scopes[i]) == DW_TAG_subprogram ? &scopes[i] : NULL);
    free(scopes);
}

/* Not all compilers write the table that leads from an address to its unit: clang doesn't. */
static Dwarf_Die *unit_at(Dwfl_Module *module, Dwarf_Addr address, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(module, address, bias);

    if (unit)
        return unit;
    while ((unit = dwfl_module_nextcu(module, unit, bias)))
        if (dwarf_haspc(unit, address - *bias) > 0)
            break;
    return unit;
}

void symbols_lines(Dwfl_Module *module, Dwarf_Addr address, struct symbol_found *found)
{
    struct symbol_line line = {0};
    Dwarf_Addr bias;
    Dwarf_Die *unit = unit_at(module, address, &bias);
    Dwarf_Line *at = unit ? dwarf_getsrc_die(unit, address - bias) : NULL;

    if (at && dwarf_lineno(at, &line.line) == 0)
        line.file = dwarf_linesrc(at, NULL, NULL);
    if (!line.file || line.line <= 0)
        return;
    add_functions(unit, address - bias, &line, found);
    found->folder = folder_of(unit);
}

/* ------------------------------------------------------------------------- variables */

/* False when it has none or one that changes. */
static bool address_of(Dwarf_Die *variable, Dwarf_Addr *address)
{
    Dwarf_Attribute location, indirect;
    Dwarf_Op *operation;
    size_t count;

    if (!dwarf_attr(variable, DW_AT_location, &location) ||
        dwarf_getlocation(&location, &operation, &count) || count != 1)
        return false;
    *address = operation->number;
    if (operation->atom == DW_OP_addr)
        return true;
    return (operation->atom == DW_OP_addrx || operation->atom == DW_OP_GNU_addr_index) &&
           dwarf_getlocation_attr(&location, operation, &indirect) == 0 &&
           dwarf_formaddr(&indirect, address) == 0;
}

/* Whether the address lies in the variable; of those of unknown size, whether it is their first. */
static bool is_in(Dwarf_Die *variable, Dwarf_Addr address)
{
    Dwarf_Attribute attribute;
    Dwarf_Addr start;
    Dwarf_Word size;
    Dwarf_Die type;

    if (!address_of(variable, &start) || address < start)
        return false;
    if (address == start)
        return true;
    return dwarf_attr_integrate(variable, DW_AT_type, &attribute) &&
           dwarf_formref_die(&attribute, &type) && dwarf_aggregate_size(&type, &size) == 0 &&
           address - start < size;
}

static bool can_have_variables(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block ||
           tag == DW_TAG_module;
}

static bool find_below(Dwarf_Die *parent, Dwarf_Addr address, unsigned depth, Dwarf_Die *found)
{
    int result = dwarf_child(parent, found);

    for (; result == 0; result = dwarf_siblingof(found, found)) {
        int tag = dwarf_tag(found);
        Dwarf_Die below;

        if (tag == DW_TAG_variable && is_in(found, address))
            return true;
        if (depth > 0 && can_have_variables(tag) && find_below(found, address, depth - 1, &below)) {
            *found = below;
            return true;
        }
    }
    return false;
}

/* libdw knows no file of number 0, which DWARF 5 has. */
static const char *declaring_file(Dwarf_Die *unit, Dwarf_Die *variable)
{
    Dwarf_Attribute attribute;
    Dwarf_Word number;
    Dwarf_Half version;
    Dwarf_Files *files;
    size_t count;

    if (dwarf_formudata(dwarf_attr_integrate(variable, DW_AT_decl_file, &attribute), &number) ||
        dwarf_cu_info(unit->cu, &version, NULL, NULL, NULL, NULL, NULL, NULL) ||
        dwarf_getsrcfiles(unit, &files, &count) || number >= count || number < (version < 5))
        return NULL;
    return dwarf_filesrc(files, number, NULL, NULL);
}

void symbols_variable(Dwfl_Module *module, Dwarf_Addr address, struct symbol_found *found)
{
    Dwarf_Die variable, *unit = NULL;
    struct symbol_line line = {0};
    Dwarf_Addr bias;

    while ((unit = dwfl_module_nextcu(module, unit, &bias)))
        if (find_below(unit, address - bias, NESTING_MAX, &variable))
            break;
    if (!unit)
        return;
    line.file = declaring_file(unit, &variable);
    if (line.file && dwarf_decl_line(&variable, &line.line) == 0)
        add(found, &line, NULL);
    found->folder = folder_of(unit);
}
