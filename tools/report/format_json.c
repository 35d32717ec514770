/* SPDX-License-Identifier: MIT */
/* Findings as a findings file has them, with their sources and counts: one object a line. */
#include "report/format.h"

static void print_record(FILE *out, const struct record *record, const struct report_style *style)
{
    (void)style;
    if (json_object_set_new(record->json, "count", json_integer(record->count)) != 0 ||
        (record->known && json_object_set_new(record->json, "known", json_true()) != 0) ||
        json_dumpf(record->json, out, JSON_COMPACT) != 0)
        return; /* the error of `out` tells */
    putc('\n', out);
}

const struct report_format format_json = {
    .name = "json",
    .meaning = "a findings file again, one object a line, with file and line of places",
    .record = print_record,
    .shows_known = true,
};
