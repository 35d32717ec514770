/* SPDX-License-Identifier: MIT */
/*
 * The lines of a configuration file for inih.  Called by inih while file.c reads; it must
 * never hand over a line that inih would cut, nor drop one without telling.
 */
#include "config/lines.h"

#include "base/text.h"

#include <string.h>

static const char NUL_BYTE[] = "expected text, found a NUL byte";

struct span {
    const char *at;
    size_t length;
};

bool lines_is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static struct span trimmed(struct span span)
{
    while (span.length > 0 && lines_is_space(span.at[span.length - 1]))
        span.length--;
    while (span.length > 0 && lines_is_space(*span.at)) {
        span.at++;
        span.length--;
    }
    return span;
}

static struct span take_line(struct lines *lines)
{
    const char *from = lines->next;
    const char *newline = memchr(from, '\n', (size_t)(lines->end - from));
    const char *to = newline != NULL ? newline : lines->end;

    lines->next = newline != NULL ? newline + 1 : lines->end;
    lines->number++;
    return (struct span){from, (size_t)(to - from)};
}

static enum line_kind kind_of(const struct lines *lines, struct span content, size_t indent)
{
    if (content.length == 0 || *content.at == ';' || *content.at == '#')
        return LINE_EMPTY;
    if (lines->in_value && indent > lines->indent)
        return LINE_MORE;
    return *content.at == '[' ? LINE_SECTION : LINE_KEY;
}

static void tell(struct lines *lines, const char *sentence)
{
    lines->value_dropped = true;
    lines->bad(lines->context, lines->kind, sentence);
}

static bool has_nul(struct span content)
{
    return memchr(content.at, '\0', content.length) != NULL;
}

static void tell_long(struct lines *lines, size_t limit)
{
    char buffer[128];
    struct text sentence = text_in(buffer, sizeof buffer);

    text_add(&sentence, "expected at most ");
    text_add_int(&sentence, (int64_t)limit);
    text_add(&sentence, " bytes in a line (a value may go on in indented lines)");
    tell(lines, sentence.bytes);
}

static void tell_not_understood(struct lines *lines)
{
    tell(lines, "expected 'name = value', '[section]' or a comment");
}

/* Is there an inline comment at `at`, as inih sees them? */
static bool begins_comment(const char *line, const char *at)
{
    return *at == ';' && at > line && lines_is_space(at[-1]);
}

/* Returns the name up to the last ']' of the line; a glob in it may have some too. */
static struct span section_name(struct span content)
{
    const char *end = content.at + 1;

    while (end < content.at + content.length && !begins_comment(content.at, end))
        end++;
    struct span name = trimmed((struct span){content.at, (size_t)(end - content.at)});
    if (name.length < 2 || name.at[name.length - 1] != ']')
        return (struct span){NULL, 0};
    return trimmed((struct span){name.at + 1, name.length - 2});
}

static void begin_section(struct lines *lines, struct span content)
{
    struct span name = section_name(content);

    lines->in_value = false;
    if (has_nul(content)) {
        tell(lines, NUL_BYTE);
        name.at = NULL;
    } else if (name.at == NULL) {
        tell(lines, "expected a section's name between '[' and ']', and nothing else");
    }
    lines->section(lines->context, name.at, name.length);
}

static void begin_key(struct lines *lines, size_t indent)
{
    lines->in_value = true;
    lines->value_dropped = false;
    lines->indent = indent;
}

/* May inih have the line?  If not it has been told. */
static bool is_readable(struct lines *lines, struct span content, size_t limit)
{
    if (has_nul(content))
        tell(lines, NUL_BYTE);
    else if (content.length > limit)
        tell_long(lines, limit);
    else if (lines->kind == LINE_KEY && (*content.at == '=' || *content.at == ':'))
        tell_not_understood(lines);
    else
        return true;
    return false;
}

static void hand_over(struct lines *lines, struct span content, char *into)
{
    size_t indent = lines->kind == LINE_MORE;

    into[0] = ' ';
    memcpy(into + indent, content.at, content.length);
    memcpy(into + indent + content.length, "\n", 2);
    lines->unanswered = true;
}

char *lines_read(char *into, int size, void *stream)
{
    struct lines *lines = stream;
    size_t limit = (size_t)size - sizeof " \n"; /* the indentation that hand_over adds */

    lines_finish(lines);
    if (lines->next == lines->end)
        return NULL;
    struct span line = take_line(lines);
    struct span content = trimmed(line);
    size_t indent = (size_t)(content.at - line.at);
    lines->kind = kind_of(lines, content, indent);

    strcpy(into, "\n");
    if (lines->kind == LINE_SECTION) {
        begin_section(lines, content);
        strcpy(into, "[]\n");
    } else if (lines->kind == LINE_EMPTY) {
        if (has_nul(content))
            lines->bad(lines->context, lines->kind, NUL_BYTE);
    } else {
        if (lines->kind == LINE_KEY)
            begin_key(lines, indent);
        if (!lines->value_dropped && is_readable(lines, content, limit))
            hand_over(lines, content, into);
    }
    return into;
}

void lines_understood(struct lines *lines)
{
    lines->unanswered = false;
}

void lines_finish(struct lines *lines)
{
    if (lines->unanswered)
        tell_not_understood(lines);
    lines->unanswered = false;
}
