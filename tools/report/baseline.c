/* SPDX-License-Identifier: MIT */
/* Called by `pihook report` and `pihook run`, before and after they have findings. */
#include "report/baseline.h"

#include "command.h"
#include "report/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------ lines */

static void keep(struct baseline *baseline, const char *line, size_t count, uint64_t identity)
{
    char *copy = strndup(line, count);

    if (baseline->count == baseline->room) {
        baseline->room = baseline->room > 0 ? baseline->room * 2 : 64;
        baseline->entries =
            reallocarray(baseline->entries, baseline->room, sizeof *baseline->entries);
    }
    if (!baseline->entries || !copy)
        no_memory();
    baseline->entries[baseline->count++] = (struct baseline_entry){copy, identity, false};
}

/* How many bytes from there on are of that set. */
static size_t span(const char *bytes, size_t from, size_t count, const char *set)
{
    size_t length = 0;

    while (from + length < count && bytes[from + length] && strchr(set, bytes[from + length]))
        length++;
    return length;
}

/* Nothing that would reach a terminal as a control sequence, which UTF-8 may hide, too. */
static bool is_printable(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte < ' ' || byte == 0x7f)
            return false;
        if (byte == 0xc2 && i + 1 < count && (unsigned char)bytes[i + 1] < 0xa0)
            return false;
    }
    return true;
}

/* RULE FINGERPRINT SENTENCE */
static bool parse(const char *bytes, size_t count, uint64_t *identity)
{
    size_t rule = span(bytes, 0, count, "abcdefghijklmnopqrstuvwxyz-");
    size_t digits = span(bytes, rule + 1, count, "0123456789abcdef");
    size_t sentence = rule + 1 + digits + 1;

    if (rule == 0 || digits != IDENTITY_BYTES - 1 || sentence >= count || bytes[rule] != ' ' ||
        bytes[sentence - 1] != ' ' || !is_printable(bytes, count))
        return false;
    *identity = strtoull(bytes + rule + 1, NULL, 16);
    return true;
}

static size_t without_return(const struct input_line *line)
{
    return line->count > 0 && line->bytes[line->count - 1] == '\r' ? line->count - 1 : line->count;
}

void baseline_add(struct baseline *baseline, struct members *members, const struct input_line *line)
{
    size_t count = without_return(line);
    uint64_t identity;

    if (line->number == 1) {
        if (count != strlen(BASELINE_HEAD) || memcmp(line->bytes, BASELINE_HEAD, count) != 0)
            member_expect(members, "\"%s\" in the first line of a baseline", BASELINE_HEAD);
        return;
    }
    if (!line->too_long && (count == 0 || *line->bytes == '#'))
        return;
    if (line->too_long || !parse(line->bytes, count, &identity))
        member_expect(members, "a rule, a fingerprint of %d hexadecimal digits and a sentence",
                      IDENTITY_BYTES - 1);
    else
        keep(baseline, line->bytes, count, identity);
}

/* ---------------------------------------------------------------------------- reading */

/* The first mistake is enough: the file is not what it should be. */
struct source {
    struct baseline *baseline;
    struct members members;
    unsigned long lines, wrong;
};

static void read_line(void *argument, const struct input_line *line)
{
    struct source *source = argument;

    source->lines = line->number;
    if (source->wrong > 0)
        return;
    baseline_add(source->baseline, &source->members, line);
    if (*source->members.expected)
        source->wrong = line->number;
}

int baseline_read(struct baseline *baseline)
{
    struct source source = {.baseline = baseline};
    int error;

    if (!baseline->file)
        return baseline->update ? fail(STATUS_USAGE, "--update-baseline needs --baseline=FILE") : 0;
    error = input_read(baseline->file, read_line, &source);
    if (error == -ENOENT && baseline->update)
        return 0;
    if (error == -ENOENT)
        return fail(STATUS_FAILED, "baseline %s: %s (--update-baseline makes one)", baseline->file,
                    strerror(-error));
    if (error)
        return fail(STATUS_FAILED, "baseline %s: %s", baseline->file, strerror(-error));
    if (source.wrong > 0 || source.lines == 0)
        return fail(STATUS_FAILED, "baseline %s:%lu: expected %s", baseline->file,
                    source.wrong > 0 ? source.wrong : 1,
                    source.wrong > 0 ? source.members.expected
                                     : "\"" BASELINE_HEAD "\", but the file is empty");
    return 0;
}

void baseline_clear(struct baseline *baseline)
{
    for (size_t i = 0; i < baseline->count; i++)
        free(baseline->entries[i].line);
    free(baseline->entries);
    baseline->entries = NULL;
    baseline->count = baseline->room = 0;
}

/* -------------------------------------------------------------------------- comparing */

static bool meet(struct baseline *baseline, uint64_t identity)
{
    for (size_t i = 0; i < baseline->count; i++) {
        struct baseline_entry *entry = &baseline->entries[i];

        if (entry->identity == identity && !entry->met)
            return entry->met = true;
    }
    return false;
}

void baseline_compare(struct baseline *baseline, struct collection *all)
{
    all->compared = baseline->file != NULL;
    for (size_t i = 0; i < all->count; i++)
        all->records[i]->known = meet(baseline, identity_of(all->records[i]));
}

void baseline_tell_gone(const struct baseline *baseline, FILE *out)
{
    for (size_t i = 0; i < baseline->count; i++)
        if (!baseline->entries[i].met)
            fprintf(out, "pihook: baseline: not found any more: %s\n", baseline->entries[i].line);
}
