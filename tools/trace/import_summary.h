/* SPDX-License-Identifier: MIT */
/* What imports cost, and what it would save to make one lazy. */
#ifndef PIHOOK_TRACE_IMPORT_SUMMARY_H
#define PIHOOK_TRACE_IMPORT_SUMMARY_H

#include "trace/model.h"

static inline int64_t import_total(const struct model_import *import)
{
    return import->end - import->begin;
}

/* Indices of imports, to be freed: the longest in sum, or by their own time, first. */
uint32_t *imports_by_total(const struct model *model);
uint32_t *imports_by_self(const struct model *model);

/*
 * Of an import, the time of it and of those below it that no other import statement of the
 * process asks for: what is saved where it is not made.  Without counted statements that is all
 * of it.  Imports that the standard library makes are left out.
 */
struct import_saving {
    uint32_t import;
    int64_t saved;
};

enum import_advice {
    IMPORT_COULD_BE_LAZY, /* it was not used at once, as far as that is known, but was */
    IMPORT_NEVER_USED     /* and stands below no other one of these */
};

/* How many are looked for. */
enum { IMPORT_SAVINGS = 100 };

/* Fills up to `most` of them, the largest first; returns how many there are. */
size_t import_savings(const struct model *model, enum import_advice advice,
                      struct import_saving *savings, size_t most);

/* Were names taken from the module by the very line that imported it?  Then that is all known. */
bool import_takes_names(const struct model *model, const struct model_import *import);

#endif
