/* SPDX-License-Identifier: MIT */
/*
 * The suppressions file.  Read at start-up; it must never lose a line without telling, or
 * read a file that others can write: they could hide what they break.
 */
#include "report/suppressions.h"

#include "base/error.h"
#include "base/glob.h"
#include "base/memory.h"
#include "base/whole.h"
#include "config/mistakes.h"
#include "config/quote.h"
#include "config/trust.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

struct parse {
    struct suppressions *to;
    struct mistakes *mistakes;
    unsigned line;
};

/* ------------------------------------------------------------------------------ lines */

static void tell(struct parse *parse, const char *sentence)
{
    mistakes_add(parse->mistakes, parse->line, sentence);
}

static void tell_unknown(struct parse *parse, const char *rule)
{
    char bytes[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(bytes, sizeof bytes);
    const char *nearest = options_rule_nearest(rule);

    text_add(&sentence, "no rule is named ");
    quote(&sentence, rule);
    if (nearest != NULL)
        text_join(&sentence, " (did you mean '", nearest, "'?)", NULL);
    tell(parse, bytes);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

/* Cuts space off both ends of [start, end), ends it with a NUL and returns its start. */
static char *trimmed(char *start, char *end)
{
    while (start < end && is_space(*start))
        start++;
    while (end > start && is_space(end[-1]))
        end--;
    *end = '\0';
    return start;
}

static void take_entry(struct parse *parse, const char *rule, const char *pattern)
{
    if (*rule == '\0')
        tell(parse, "expected the name of a rule before the colon");
    else if (*pattern == '\0')
        tell(parse, "expected a pattern after the colon");
    else if (!options_rule_known(rule))
        tell_unknown(parse, rule);
    else
        parse->to->list[parse->to->count++] =
            (struct suppression){.rule = rule, .pattern = pattern, .line = parse->line};
}

static void take_line(struct parse *parse, char *start, char *end)
{
    bool has_nul = memchr(start, '\0', (size_t)(end - start)) != NULL;
    char *line = trimmed(start, end);
    char *colon = strchr(line, ':');

    if (has_nul)
        tell(parse, "expected text, but there is a NUL byte");
    else if (*line == '\0' || *line == '#')
        return;
    else if (colon == NULL)
        tell(parse, "expected rule:pattern, but there is no colon");
    else
        take_entry(parse, trimmed(line, colon), trimmed(colon + 1, strchr(colon + 1, '\0')));
}

static void take_lines(struct parse *parse, char *bytes, size_t size)
{
    static const char BOM[] = "\xef\xbb\xbf";
    char *end = bytes + size;

    if (size >= sizeof BOM - 1 && memcmp(bytes, BOM, sizeof BOM - 1) == 0)
        bytes += sizeof BOM - 1;
    while (bytes < end) {
        char *line_end = memchr(bytes, '\n', (size_t)(end - bytes));

        if (line_end == NULL)
            line_end = end;
        parse->line++;
        take_line(parse, bytes, line_end);
        bytes = line_end + 1;
    }
}

static unsigned lines_in(const char *bytes, size_t size)
{
    unsigned lines = 1;

    for (size_t i = 0; i < size; i++)
        lines += bytes[i] == '\n';
    return lines;
}

int suppressions_parse(struct suppressions *suppressions, char *bytes, size_t size,
                       const char *name, const struct complaints *complaints)
{
    struct parse parse = {.to = suppressions};

    suppressions->count = 0;
    suppressions->room = lines_in(bytes, size);
    suppressions->list = memory_take(suppressions->room * sizeof *suppressions->list);
    parse.mistakes = memory_take(sizeof *parse.mistakes);
    bool ready = suppressions->list != NULL && parse.mistakes != NULL;
    if (ready) {
        take_lines(&parse, bytes, size);
        mistakes_tell(parse.mistakes, name, complaints);
    }
    memory_give(parse.mistakes, sizeof *parse.mistakes);
    return ready ? 0 : -ENOMEM;
}

void suppressions_drop(struct suppressions *suppressions)
{
    memory_give(suppressions->list, suppressions->room * sizeof *suppressions->list);
    *suppressions = (struct suppressions){0};
}

/* ------------------------------------------------------------------------------- file */

static int read_open(struct suppressions *suppressions, int file, const char *path,
                     const struct complaints *complaints)
{
    char *bytes = memory_take(FILE_MAX + 1); /* kept; pages that are not touched cost nothing */
    ssize_t size = bytes != NULL ? whole_read(file, bytes, FILE_MAX + 1) : -ENOMEM;

    if (size > FILE_MAX)
        size = -EFBIG;
    if (size >= 0)
        size = suppressions_parse(suppressions, bytes, (size_t)size, path, complaints);
    if (size < 0)
        memory_give(bytes, FILE_MAX + 1);
    return (int)size;
}

int suppressions_read(struct suppressions *suppressions, const char *path,
                      const struct complaints *complaints)
{
    char bytes[MISTAKE_SENTENCE_MAX];
    struct text sentence = text_in(bytes, sizeof bytes);
    int result = trust_open(path, &sentence);

    if (result >= 0) {
        int file = result;
        result = read_open(suppressions, file, path, complaints);
        close(file);
        if (result < 0) {
            text_add(&sentence, "not read: ");
            text_add_error(&sentence, -result);
        }
    }
    if (result < 0)
        complaints->tell(complaints->context, path, 0, bytes);
    return result;
}

/* --------------------------------------------------------------------------- matching */

bool suppressions_concern(const struct suppressions *suppressions, const char *rule)
{
    for (unsigned i = 0; i < suppressions->count; i++)
        if (glob_match(suppressions->list[i].rule, rule))
            return true;
    return false;
}

bool suppressions_match(struct suppressions *suppressions, const char *rule, const char *string)
{
    bool any = false;

    for (unsigned i = 0; i < suppressions->count; i++) {
        struct suppression *entry = &suppressions->list[i];

        if (glob_match(entry->rule, rule) && glob_match(entry->pattern, string)) {
            __atomic_store_n(&entry->matched, true, __ATOMIC_RELAXED);
            any = true;
        }
    }
    return any;
}

void suppressions_note(struct suppressions *suppressions,
                       void (*visit)(void *argument, const struct suppression *suppression),
                       void *argument)
{
    for (unsigned i = 0; i < suppressions->count; i++) {
        struct suppression *entry = &suppressions->list[i];

        if (__atomic_load_n(&entry->matched, __ATOMIC_RELAXED) &&
            !__atomic_exchange_n(&entry->noted, true, __ATOMIC_RELAXED))
            visit(argument, entry);
    }
}

void suppressions_tell_unmatched(const struct suppressions *suppressions, const char *name,
                                 const struct complaints *complaints)
{
    for (unsigned i = 0; i < suppressions->count; i++)
        if (!__atomic_load_n(&suppressions->list[i].matched, __ATOMIC_RELAXED))
            complaints->tell(complaints->context, name, suppressions->list[i].line,
                             "this suppression matched nothing");
}
