/* SPDX-License-Identifier: MIT */
/*
 * Text in a caller's buffer.  Called from every room, in any thread and in signal
 * handlers; it must never allocate or call into stdio.
 */
#include "base/text.h"

#include <stdarg.h>
#include <string.h>

static const char ELLIPSIS[] = "...";

struct text text_in(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct text){.bytes = buffer, .size = size};
}

static void text_end_cut(struct text *text)
{
    size_t mark = sizeof ELLIPSIS - 1;
    size_t from = text->size - 1 - mark;

    if (text->length < from)
        from = text->length;
    /* No half of a character of UTF-8 is left. */
    while (from > 0 && ((unsigned char)text->bytes[from] & 0xc0) == 0x80)
        from--;
    memcpy(text->bytes + from, ELLIPSIS, mark + 1);
    text->length = from + mark;
    text->cut = true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
    size_t room = text->size - 1 - text->length;

    if (text->cut)
        return;
    size_t taken = count < room ? count : room;
    memcpy(text->bytes + text->length, bytes, taken);
    text->length += taken;
    text->bytes[text->length] = '\0';
    if (taken < count)
        text_end_cut(text);
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_add_int(struct text *text, int64_t number)
{
    char digits[21];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0)
        digits[--at] = '-';
    text_add_bytes(text, digits + at, sizeof digits - at);
}

void text_add_hex(struct text *text, uint64_t number)
{
    char digits[16];
    size_t at = sizeof digits;

    do
        digits[--at] = "0123456789abcdef"[number % 16];
    while ((number /= 16) != 0);
    text_add(text, "0x");
    text_add_bytes(text, digits + at, sizeof digits - at);
}

void text_join(struct text *text, ...)
{
    va_list strings;

    va_start(strings, text);
    for (const char *next; (next = va_arg(strings, const char *)) != NULL;)
        text_add(text, next);
    va_end(strings);
}
