/* SPDX-License-Identifier: MIT */
/* A place as an object of JSON, for the findings file and the graph file. */
#ifndef PIHOOK_REPORT_PLACE_JSON_H
#define PIHOOK_REPORT_PLACE_JSON_H

#include "base/text.h"
#include "report/finding.h"

/*
 * `key` as in json.h; libpihook(7) lists the members.  Without the address it is the same in
 * every run of a program.
 */
void place_json(struct text *text, const char *key, const struct place *place, bool with_address);

#endif
