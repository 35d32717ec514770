/* SPDX-License-Identifier: MIT */
/*
 * JUnit's XML, as test servers read it: a finding is a test case, of which those of level
 * error have failed, and those that a baseline knows were skipped.  Without findings there is
 * one case, which has passed.
 */
#include "report/format.h"
#include "report/location.h"
#include "report/record_text.h"

#include <stdlib.h>
#include <string.h>

/* XML 1.0 has no way to write most control characters. */
static void print_xml(FILE *out, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (strchr("<>&\"", byte) && byte)
            fprintf(out, "&#%u;", byte);
        else if (byte >= ' ' || byte == '\n' || byte == '\t')
            putc(byte, out);
        else
            putc('?', out);
    }
}

static void print_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    print_xml(out, value, strlen(value));
    putc('"', out);
}

static void begin(FILE *out, const struct collection *all, const struct report_style *style)
{
    (void)style;
    fprintf(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites>\n"
        "<testsuite name=\"pihook\" tests=\"%lu\" failures=\"%lu\" errors=\"0\" skipped=\"%lu\">\n",
        all->count > 0 ? (unsigned long)all->count : 1, collection_new(all, LEVEL_ERROR),
        collection_known(all));
    if (all->count == 0)
        fputs("<testcase classname=\"pihook\" name=\"no finding\"/>\n", out);
}

static void print_case(FILE *out, const struct record *record)
{
    struct location location = location_of(record);

    fputs("<testcase", out);
    print_attribute(out, "classname", record->finding.rule);
    print_attribute(out, "name", record->finding.sentence);
    if (location.file) {
        print_attribute(out, "file", location.file);
        fprintf(out, " line=\"%u\"", location.line);
    }
    fputs(">\n", out);
}

static void print_skipped(FILE *out)
{
    fputs("<skipped message=\"known by the baseline\"/>\n</testcase>\n", out);
}

static void print_told(FILE *out, const struct record *record)
{
    bool failed = record->finding.level == LEVEL_ERROR;
    size_t length;
    char *text = record_text(record, false, &length);

    fputs(failed ? "<failure" : "<system-out", out);
    if (failed) {
        print_attribute(out, "type", record->finding.rule);
        print_attribute(out, "message", record->finding.sentence);
    }
    putc('>', out);
    print_xml(out, text, length);
    fputs(failed ? "</failure>\n</testcase>\n" : "</system-out>\n</testcase>\n", out);
    free(text);
}

static void print_record(FILE *out, const struct record *record, const struct report_style *style)
{
    (void)style;
    print_case(out, record);
    if (record->known)
        print_skipped(out);
    else
        print_told(out, record);
}

static void end(FILE *out, const struct collection *all, const struct report_style *style)
{
    (void)all;
    (void)style;
    fputs("</testsuite>\n</testsuites>\n", out);
}

const struct report_format format_junit = {
    .name = "junit",
    .meaning = "JUnit's XML, a test case for each finding",
    .begin = begin,
    .record = print_record,
    .shows_known = true,
    .end = end,
};
