/* SPDX-License-Identifier: MIT */
#include "trace/json_text.h"

#include "report/pool.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MOST = 20 };

static char *room_for(struct json_text *text, size_t more)
{
    if (text->count + more > text->room) {
        text->room = 2 * (text->count + more);
        text->bytes = realloc(text->bytes, text->room);
        if (!text->bytes)
            no_memory();
    }
    return text->bytes + text->count;
}

static void add(struct json_text *text, const char *bytes, size_t count)
{
    memcpy(room_for(text, count), bytes, count);
    text->count += count;
}

static void add_byte(struct json_text *text, char byte)
{
    *room_for(text, 1) = byte;
    text->count++;
}

/* No value ends in an opening bracket. */
static void begin_value(struct json_text *text, const char *key)
{
    char last = text->count > 0 ? text->bytes[text->count - 1] : '[';

    if (last != '[' && last != '{')
        add_byte(text, ',');
    if (!key)
        return;
    add_byte(text, '"');
    add(text, key, strlen(key));
    add(text, "\":", 2);
}

/* ---------------------------------------------------------------------------- strings */

static bool is_plain(unsigned char byte)
{
    return byte >= ' ' && byte != '"' && byte != '\\';
}

static void add_escaped(struct json_text *text, unsigned char byte)
{
    char escaped[8];

    if (byte >= ' ')
        snprintf(escaped, sizeof escaped, "\\%c", byte);
    else
        snprintf(escaped, sizeof escaped, "\\u%04x", byte);
    add(text, escaped, strlen(escaped));
}

void json_text_string(struct json_text *text, const char *key, const char *string)
{
    begin_value(text, key);
    add_byte(text, '"');
    for (;;) {
        size_t plain = 0;

        while (is_plain((unsigned char)string[plain]))
            plain++;
        add(text, string, plain);
        string += plain;
        if (!*string)
            break;
        add_escaped(text, (unsigned char)*string++);
    }
    add_byte(text, '"');
}

/* ---------------------------------------------------------------------------- numbers */

/* With so many digits at least. */
static void add_digits(struct json_text *text, uint64_t number, unsigned least)
{
    char digits[DIGITS_MOST];
    unsigned first = DIGITS_MOST;

    while (number > 0 || first > DIGITS_MOST - least) {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    }
    add(text, digits + first, DIGITS_MOST - first);
}

static uint64_t add_sign(struct json_text *text, int64_t number)
{
    if (number >= 0)
        return (uint64_t)number;
    add_byte(text, '-');
    return 0 - (uint64_t)number;
}

void json_text_number(struct json_text *text, const char *key, int64_t number)
{
    begin_value(text, key);
    add_digits(text, add_sign(text, number), 1);
}

void json_text_microseconds(struct json_text *text, const char *key, int64_t time)
{
    begin_value(text, key);
    uint64_t nanoseconds = add_sign(text, time);

    add_digits(text, nanoseconds / 1000, 1);
    add_byte(text, '.');
    add_digits(text, nanoseconds % 1000, 3);
}

/* ------------------------------------------------------------------------------ others */

void json_text_word(struct json_text *text, const char *key, const char *word)
{
    begin_value(text, key);
    add(text, word, strlen(word));
}

void json_text_open(struct json_text *text, const char *key, char bracket)
{
    begin_value(text, key);
    add_byte(text, bracket);
}

void json_text_close(struct json_text *text, char bracket)
{
    add_byte(text, bracket);
}

void json_text_clear(struct json_text *text)
{
    free(text->bytes);
    *text = (struct json_text){NULL, 0, 0};
}
