/* SPDX-License-Identifier: MIT */
/* Adds to the places of a finding, as JSON, where they are in the source. */
#ifndef PIHOOK_REPORT_SOURCES_H
#define PIHOOK_REPORT_SOURCES_H

#include "symbols.h"

#include <jansson.h>

/*
 * Every place gets, where it is known, `function` and `function_offset`, or `variable` and
 * `variable_offset`; `file` and `line`; for code `source`, an array of objects with `function`,
 * `file` and `line`, those of inlined functions first; and `remark` where its object is another one
 * now.  What is no place stays as it is.
 */
void sources_add(json_t *finding, struct symbols *symbols);

/* The same for one place; nothing for NULL. */
void sources_add_to_place(json_t *place, struct symbols *symbols);

#endif
