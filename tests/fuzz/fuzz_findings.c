/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a findings file.  Run by libFuzzer or by standalone.c; what must hold for
 * every input is checked with require(), which aborts.  Places get no sources: the files
 * that an input may name are nobody's to open.
 */
#include "fuzz.h"
#include "report/format.h"
#include "report/step_summary.h"

#include <string.h>

static void check_record(const struct record *record)
{
    const struct finding *finding = &record->finding;

    require(record->count >= 1);
    require(record->who.pid >= 0 && record->who.tid >= 0);
    for (unsigned i = 0; i < finding->step_count; i++) {
        const struct finding_step *step = &finding->steps[i];

        require(step->lock < (int)finding->lock_count);
        for (unsigned j = 0; j < step->held_count; j++)
            require(step->held[j].lock < finding->lock_count);
        for (unsigned j = 0; j < step->frame_count; j++)
            require(step->frame_texts[j] != NULL);
    }
}

/* What is printed is lines of printable text in UTF-8, and an escape only for colours. */
static void check_printed(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte == 0x1b)
            require(i + 1 < count && bytes[i + 1] == '[');
        else
            require(byte >= ' ' || byte == '\n' || byte == '\t');
        require(byte != 0x7f);
        if (byte == 0xc2)
            require(i + 1 < count && (unsigned char)bytes[i + 1] >= 0xa0);
    }
}

/* NULL: the summary of a step. */
static void print(const struct report_format *format, const struct collection *all)
{
    const struct report_style style = {.color = true};
    char *bytes;
    size_t count;
    FILE *out = open_memstream(&bytes, &count);

    require(out != NULL);
    if (format != NULL)
        format_print(format, out, all, &style);
    else
        step_summary_print(out, all);
    require(fclose(out) == 0);
    check_printed(bytes, count);
    free(bytes);
}

static void add_line(struct collection *all, const uint8_t *line, size_t count)
{
    struct members members = {""};
    size_t before = all->count;
    char *copy = malloc(count + 1); /* a sanitizer sees what is read behind it */

    require(copy != NULL);
    memcpy(copy, line, count);
    collection_add(all, &members, copy, count);
    free(copy);
    require(all->count == before || (all->count == before + 1 && *members.expected == '\0'));
    for (const char *at = members.expected; *at != '\0'; at++)
        require((unsigned char)*at >= ' ' && *at != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct collection all = {0};

    for (size_t from = 0; from < count;) {
        const uint8_t *end = memchr(bytes + from, '\n', count - from);
        size_t length = end != NULL ? (size_t)(end - bytes) - from : count - from;

        add_line(&all, bytes + from, length);
        from += length + 1;
    }
    for (size_t i = 0; i < all.count; i++)
        check_record(all.records[i]);
    for (unsigned i = 0; formats[i] != NULL; i++)
        print(formats[i], &all);
    print(NULL, &all);
    collection_clear(&all);
    return 0;
}
