/* SPDX-License-Identifier: MIT */
/* Called when format github was written.  What a program has named is no Markdown. */
#include "report/step_summary.h"

#include "command.h"
#include "report/location.h"
#include "report/record_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MOST = 900 * 1000 };

/* ---------------------------------------------------------------------------- pieces */

/* As text in a cell of a table, or in HTML. */
static void print_plain(FILE *out, const char *string)
{
    for (; *string; string++)
        if (strchr("|<>&`*_[]\\~#!@$", *string))
            fprintf(out, "&#%d;", *string);
        else
            putc(*string == '\n' ? ' ' : *string, out);
}

/* A fence that is longer than any within. */
static unsigned fence_for(const char *text)
{
    unsigned longest = 2, run = 0;

    for (; *text; text++) {
        run = *text == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest + 1;
}

static void print_fence(FILE *out, unsigned length, const char *end)
{
    while (length-- > 0)
        putc('`', out);
    fputs(end, out);
}

/* ------------------------------------------------------------------------------ parts */

static void print_head(FILE *out, const struct collection *all)
{
    unsigned long known = collection_known(all);

    fprintf(out, "### pihook: %lu errors, %lu warnings", collection_new(all, LEVEL_ERROR),
            collection_new(all, LEVEL_WARNING));
    if (known > 0)
        fprintf(out, ", %lu more known", known);
    if (all->suppressed > 0)
        fprintf(out, ", %lu suppressed", all->suppressed);
    fputs("\n\n", out);
}

static void print_row(FILE *out, const struct record *record)
{
    struct location location = location_of(record);

    fprintf(out, "| %s | ", record->finding.level == LEVEL_ERROR ? "error" : "warning");
    print_plain(out, record->finding.rule);
    fputs(" | ", out);
    print_plain(out, record->finding.sentence);
    fputs(" | ", out);
    if (location.file) {
        print_plain(out, location.file);
        fprintf(out, ":%u", location.line);
    }
    fprintf(out, " | %u |\n", record->count);
}

static void print_whole(FILE *out, const struct record *record)
{
    size_t length;
    char *text = record_text(record, false, &length);
    unsigned fence = fence_for(text);

    fputs("\n<details><summary>", out);
    print_plain(out, record->finding.rule);
    fputs(": ", out);
    print_plain(out, record->finding.sentence);
    fputs("</summary>\n\n", out);
    print_fence(out, fence, "text\n");
    fwrite(text, 1, length, out);
    print_fence(out, fence, "\n");
    fputs("\n</details>\n", out);
    free(text);
}

/* Calls print for each one that still fits; says how many don't. */
static void print_each(FILE *out, const struct collection *all, size_t most, const char *cell,
                       void (*print)(FILE *out, const struct record *record))
{
    size_t used = 0;

    for (size_t i = 0; i < all->count; i++) {
        char *bytes;
        size_t count;
        FILE *one;

        if (all->records[i]->known)
            continue;
        one = open_memstream(&bytes, &count);
        if (!one)
            no_memory();
        print(one, all->records[i]);
        if (fclose(one))
            no_memory();
        used += count;
        if (used <= most)
            fwrite(bytes, 1, count, out);
        free(bytes);
        if (used > most) {
            fprintf(out, "%sand %lu more\n", cell, (unsigned long)(all->count - i));
            return;
        }
    }
}

void step_summary_print(FILE *out, const struct collection *all)
{
    print_head(out, all);
    if (all->count == collection_known(all))
        return;
    fputs("| level | rule | finding | place | times |\n|---|---|---|---|---|\n", out);
    print_each(out, all, BYTES_MOST / 3, "| | | ", print_row);
    print_each(out, all, BYTES_MOST * 2 / 3, "\n", print_whole);
}

int step_summary_append(const struct collection *all)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    FILE *out;
    bool written;

    if (!path || !*path)
        return 0;
    out = fopen(path, "ae");
    if (!out)
        return fail(STATUS_FAILED, "GITHUB_STEP_SUMMARY: %s can't be written: %s", path,
                    strerror(errno));
    step_summary_print(out, all);
    written = !ferror(out);
    if (fclose(out) || !written)
        return fail(STATUS_FAILED, "GITHUB_STEP_SUMMARY: %s can't be written: %s", path,
                    strerror(errno));
    return 0;
}
