/* SPDX-License-Identifier: MIT */
/*
 * JSON that is put together as text, for what comes by the million: to make objects of it first
 * takes five times as long.  A key is a plain name, and NULL within an array.
 */
#ifndef PIHOOK_TRACE_JSON_TEXT_H
#define PIHOOK_TRACE_JSON_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed: it is empty.  Without memory the command ends. */
struct json_text {
    char *bytes; /* no zero at their end */
    size_t count, room;
};

/* The bracket is `{` or `[`, and in the end the one that belongs to it. */
void json_text_open(struct json_text *text, const char *key, char bracket);
void json_text_close(struct json_text *text, char bracket);

/* UTF-8. */
void json_text_string(struct json_text *text, const char *key, const char *string);
void json_text_number(struct json_text *text, const char *key, int64_t number);

/* Nanoseconds as microseconds, all three digits behind the point. */
void json_text_microseconds(struct json_text *text, const char *key, int64_t time);

/* `true`, `null`. */
void json_text_word(struct json_text *text, const char *key, const char *word);

/* Gives the memory back. */
void json_text_clear(struct json_text *text);

#endif
