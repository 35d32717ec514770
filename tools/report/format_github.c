/* SPDX-License-Identifier: MIT */
/*
 * Annotations of GitHub Actions: commands in the job's output that it shows beside the code.
 * See "Workflow commands for GitHub Actions" in its documentation.  The summary of the step has
 * the findings too.
 */
#include "report/format.h"
#include "report/location.h"
#include "report/record_text.h"
#include "report/step_summary.h"

#include <stdlib.h>
#include <string.h>

/* In a property a colon and a comma would end it, too. */
static void print_escaped(FILE *out, const char *bytes, size_t count, const char *also)
{
    for (size_t i = 0; i < count; i++)
        if (strchr("%\r\n", bytes[i]) || strchr(also, bytes[i]))
            fprintf(out, "%%%02X", (unsigned char)bytes[i]);
        else
            putc(bytes[i], out);
}

static void print_property(FILE *out, const char *name, const char *value)
{
    fprintf(out, "%s=", name);
    print_escaped(out, value, strlen(value), ":,");
}

static void print_record(FILE *out, const struct record *record, const struct report_style *style)
{
    struct location location = location_of(record);
    size_t length;
    char *text = record_text(record, false, &length);

    (void)style;
    fprintf(out, "::%s ", record->finding.level == LEVEL_ERROR ? "error" : "warning");
    if (location.file) {
        print_property(out, "file", location.file);
        fprintf(out, ",line=%u,", location.line);
    }
    print_property(out, "title", record->finding.rule);
    fputs("::", out);
    print_escaped(out, text, length > 0 ? length - 1 : 0, "");
    putc('\n', out);
    free(text);
}

const struct report_format format_github = {
    .name = "github",
    .meaning = "annotations of GitHub Actions",
    .record = print_record,
    .after = step_summary_append,
};
