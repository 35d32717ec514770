/* SPDX-License-Identifier: MIT */
/*
 * A report of code quality for GitLab, which shows what a merge request adds.  It tells findings
 * apart, and compares those of two branches, by fingerprints: these must outlive other changes.
 */
#include "report/format.h"
#include "report/identity.h"
#include "report/location.h"
#include "report/record_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The first one of an identity has it as it is; GitLab drops what has the same once more. */
static json_t *fingerprint(const struct collection *all, size_t number)
{
    uint64_t identity = identity_of(all->records[number]);
    unsigned before = 0;
    char digits[IDENTITY_BYTES];

    for (size_t i = 0; i < number; i++)
        before += identity_of(all->records[i]) == identity;
    identity_print(identity, digits);
    return before == 0 ? json_string(digits) : json_sprintf("%s-%u", digits, before + 1);
}

/* There must be one: without debug information it is the program. */
static json_t *place(const struct record *record)
{
    struct location location = location_of(record);
    const char *program = strrchr(record->who.executable, '/');

    if (!location_is_file(&location))
        location = (struct location){
            .file = program ? program + 1 : record->who.executable,
            .line = 1,
        };
    return json_pack("{s:s,s:{s:i}}", "path", *location.file ? location.file : "unknown", "lines",
                     "begin", (int)location.line);
}

static json_t *issue(const struct collection *all, size_t number)
{
    const struct record *record = all->records[number];
    size_t length;
    char *text = record_text(record, false, &length);
    json_t *object =
        json_pack("{s:s,s:s,s:s,s:o,s:s,s:o,s:[s],s:{s:s}}", "type", "issue", "description",
                  record->finding.sentence, "check_name", record->finding.rule, "fingerprint",
                  fingerprint(all, number), "severity",
                  record->finding.level == LEVEL_ERROR ? "critical" : "minor", "location",
                  place(record), "categories", "Bug Risk", "content", "body", text);

    free(text);
    return object;
}

static void end(FILE *out, const struct collection *all, const struct report_style *style)
{
    json_t *array = json_array();

    (void)style;
    for (size_t i = 0; i < all->count; i++)
        if (!all->records[i]->known)
            json_array_append_new(array, issue(all, i));
    json_dumpf(array, out, JSON_INDENT(1)); /* the error of `out` tells */
    putc('\n', out);
    json_decref(array);
}

const struct report_format format_gitlab = {
    .name = "gitlab",
    .meaning = "a report of code quality for GitLab",
    .end = end,
};
