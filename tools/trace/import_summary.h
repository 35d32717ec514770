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
 * process asks for: what a lazy import would save, as long as nothing uses the module.
 * Without counted statements that is all of it.  Those of the standard library are left out.
 */
struct import_saving {
    uint32_t import;
    int64_t saved;
};

/* Fills up to `most` of them, the largest first; returns how many there are. */
size_t import_savings(const struct model *model, struct import_saving *savings, size_t most);

#endif
