/* SPDX-License-Identifier: MIT */
/* Writing a baseline.  The file is replaced, so that nobody ever sees half of it. */
#include "report/baseline.h"

#include "command.h"
#include "replacement.h"

#include "report/identity.h"

#include <stdlib.h>
#include <string.h>

/* A rule that a later library has, or none, must not make a line that can't be read again. */
static void clean_rule(char *line)
{
    size_t length = strcspn(line, " ");

    for (size_t i = 0; i < length; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz-", line[i]))
            line[i] = '-';
}

static char *line_of(const struct record *record)
{
    const struct finding *finding = &record->finding;
    size_t word = strcspn(finding->rule, " ");
    char digits[IDENTITY_BYTES], *line;

    identity_print(identity_of(record), digits);
    if (asprintf(&line, "%.*s %s %s", (int)(word > 0 ? word : 1), word > 0 ? finding->rule : "-",
                 digits, *finding->sentence ? finding->sentence : "-") < 0)
        no_memory();
    clean_rule(line);
    return line;
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Sorted: what a version control shows is what has changed. */
static void print(FILE *out, const struct collection *all)
{
    char **lines = calloc(all->count + 1, sizeof *lines);

    if (!lines)
        no_memory();
    for (size_t i = 0; i < all->count; i++)
        lines[i] = line_of(all->records[i]);
    qsort(lines, all->count, sizeof *lines, compare);
    fputs(BASELINE_HEAD "\n"
                        "# Findings that are known: rule, fingerprint and sentence of each.\n"
                        "# pihook run --baseline=FILE --update-baseline writes this anew.\n",
          out);
    for (size_t i = 0; i < all->count; i++) {
        fprintf(out, "%s\n", lines[i]);
        free(lines[i]);
    }
    free(lines);
}

static int told(const struct baseline *baseline, const struct collection *all)
{
    size_t known = 0;

    for (size_t i = 0; i < all->count; i++)
        known += all->records[i]->known;
    fprintf(stderr, "pihook: baseline %s: %zu findings written, %zu of them new, %zu gone\n",
            baseline->file, all->count, all->count - known, baseline->count - known);
    return 0;
}

int baseline_write(const struct baseline *baseline, const struct collection *all)
{
    struct replacement file;
    int error = replacement_begin(&file, baseline->file);

    if (!error) {
        print(file.out, all);
        error = replacement_end(&file, true);
    }
    if (error)
        return fail(STATUS_FAILED, "baseline %s can't be written: %s", baseline->file,
                    strerror(error));
    return told(baseline, all);
}
