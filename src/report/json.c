/* SPDX-License-Identifier: MIT */
/* JSON.  Called while a finding is told, in any thread; it must never allocate. */
#include "report/json.h"

static void add_byte(struct text *text, char byte)
{
    text_add_bytes(text, &byte, 1);
}

static void add_hex_digits(struct text *text, unsigned value, unsigned digits)
{
    while (digits-- > 0)
        add_byte(text, "0123456789abcdef"[value >> 4 * digits & 0xf]);
}

/* ---------------------------------------------------------------------------- strings */

static unsigned sequence_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2)
        return 0;
    if (lead < 0xe0)
        return 2;
    if (lead < 0xf0)
        return 3;
    return lead < 0xf5 ? 4 : 0;
}

/* Overlong forms, surrogates and what is beyond U+10FFFF show in the second byte. */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return true;
    }
}

/* The bytes of the character that a string begins with; 0: it is not UTF-8. */
static unsigned character_length(const char *string)
{
    const unsigned char *bytes = (const unsigned char *)string;
    unsigned length = sequence_length(bytes[0]);

    for (unsigned i = 1; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80) /* the NUL at the end is none either */
            return 0;
    return length > 1 && !second_fits(bytes[0], bytes[1]) ? 0 : length;
}

static void add_ascii(struct text *text, char byte)
{
    if (byte == '"' || byte == '\\') {
        add_byte(text, '\\');
        add_byte(text, byte);
    } else if (byte == '\n') {
        text_add(text, "\\n");
    } else if (byte == '\t') {
        text_add(text, "\\t");
    } else if ((unsigned char)byte < ' ' || byte == 0x7f) {
        text_add(text, "\\u");
        add_hex_digits(text, (unsigned char)byte, 4);
    } else {
        add_byte(text, byte);
    }
}

static void add_string(struct text *text, const char *string)
{
    add_byte(text, '"');
    while (*string != '\0') {
        unsigned length = character_length(string);

        if (length == 0)
            text_add(text, "\\ufffd");
        else if (length == 1)
            add_ascii(text, *string);
        else
            text_add_bytes(text, string, length);
        string += length == 0 ? 1 : length;
    }
    add_byte(text, '"');
}

/* -------------------------------------------------------------------------- structure */

static void begin(struct text *text, const char *key)
{
    char last = text->length > 0 ? text->bytes[text->length - 1] : '{';

    if (last != '{' && last != '[' && last != '\n')
        add_byte(text, ',');
    if (key != NULL) {
        add_string(text, key);
        add_byte(text, ':');
    }
}

void json_add_object(struct text *text, const char *key)
{
    begin(text, key);
    add_byte(text, '{');
}

void json_add_object_end(struct text *text)
{
    add_byte(text, '}');
}

void json_add_array(struct text *text, const char *key)
{
    begin(text, key);
    add_byte(text, '[');
}

void json_add_array_end(struct text *text)
{
    add_byte(text, ']');
}

void json_add_string(struct text *text, const char *key, const char *value)
{
    begin(text, key);
    add_string(text, value);
}

void json_add_number(struct text *text, const char *key, int64_t value)
{
    begin(text, key);
    text_add_int(text, value);
}

void json_add_hex(struct text *text, const char *key, uint64_t value)
{
    begin(text, key);
    add_byte(text, '"');
    text_add_hex(text, value);
    add_byte(text, '"');
}

void json_add_bytes(struct text *text, const char *key, const unsigned char *bytes, size_t count)
{
    begin(text, key);
    add_byte(text, '"');
    for (size_t i = 0; i < count; i++)
        add_hex_digits(text, bytes[i], 2);
    add_byte(text, '"');
}

void json_add_true(struct text *text, const char *key)
{
    begin(text, key);
    text_add(text, "true");
}
