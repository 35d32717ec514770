/* SPDX-License-Identifier: MIT */
/* Called for locks of new findings, in any thread; it must not allocate from the program. */
#include "report/assigned.h"

#include "report/line_of_file.h"

#include <string.h>

/* Names with dots between them: how long.  All that is not ASCII is taken for letters. */
static size_t dotted_name(const char *text)
{
    size_t length = 0;

    while ((text[length] & 0x80) != 0 || text[length] == '.' || text[length] == '_' ||
           (text[length] >= '0' && text[length] <= '9') ||
           ((text[length] | 0x20) >= 'a' && (text[length] | 0x20) <= 'z'))
        length++;
    return length > 0 && (text[0] == '.' || (text[0] >= '0' && text[0] <= '9')) ? 0 : length;
}

/* `: Type`, if it is there. */
static const char *after_annotation(const char *text)
{
    return text[0] == ':' && text[1] != '=' ? text + strcspn(text, "=#") : text;
}

static bool has(const char *text, size_t length, const char *word)
{
    return memmem(text, length, word, strlen(word)) != NULL;
}

/* A call of what makes locks, and not of something that is handed one. */
static bool makes_lock(const char *text)
{
    size_t length = dotted_name(text), from = length;

    if (length == 0 || *after_spaces(text + length) != '(')
        return false;
    while (from > 0 && text[from - 1] != '.')
        from--;
    return has(text + from, length - from, "Lock") || has(text + from, length - from, "_lock") ||
           has(text + from, length - from, "Condition") ||
           has(text + from, length - from, "Semaphore");
}

bool assigned_by(const char *line, char *target, size_t size)
{
    const char *text = after_spaces(line);

    target[0] = '\0';
    for (;;) {
        size_t length = dotted_name(text);
        const char *rest = length == 0 ? "" : after_annotation(after_spaces(text + length));

        if (*rest != '=' || rest[1] == '=' || length >= size)
            return false;
        rest = after_spaces(rest + 1);
        if (makes_lock(rest)) {
            memcpy(target, text, length);
            target[length] = '\0';
            return true;
        }
        text = rest; /* of several targets the last one is as good */
    }
}

bool assigned_at(const char *file, unsigned number, char *target, size_t size)
{
    char line[LINE_BYTES];

    line_of_file(file, number, 0, line, sizeof line); /* or an empty line */
    return assigned_by(line, target, size);
}
