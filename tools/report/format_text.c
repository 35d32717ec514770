/* SPDX-License-Identifier: MIT */
/* Findings as the library tells them, for people; how often each came; and the sums. */
#include "report/format.h"

#include "report/record_text.h"

#include <stdlib.h>

static void print_record(FILE *out, const struct record *record, const struct report_style *style)
{
    size_t length;
    char *bytes = record_text(record, style->color, &length);

    fwrite(bytes, 1, length, out);
    if (record->count > 1)
        fprintf(out, "    told %u times\n", record->count);
    free(bytes);
}

static void print_sums(FILE *out, const struct collection *all, const struct report_style *style)
{
    unsigned long told = 0, known = collection_known(all);

    (void)style;
    for (size_t i = 0; i < all->count; i++)
        told += all->records[i]->known ? 0 : all->records[i]->count;
    fprintf(out, "pihook: %lu errors, %lu warnings, told %lu times",
            collection_new(all, LEVEL_ERROR), collection_new(all, LEVEL_WARNING), told);
    if (known > 0)
        fprintf(out, ", %lu more known", known);
    if (all->suppressed > 0)
        fprintf(out, ", %lu suppressed", all->suppressed);
    putc('\n', out);
}

const struct report_format format_text = {
    .name = "text",
    .meaning = "what the library tells, with file and line of places",
    .record = print_record,
    .end = print_sums,
};
