/* SPDX-License-Identifier: MIT */
/*
 * JSON into a text.  Commas come by themselves; begin and end must pair.  `key` is NULL for
 * an element of an array and for the outermost value.
 *
 * The names are longer than need be because the command links jansson, too.
 *
 * Strings are what the program has, in no known encoding: what is not UTF-8 becomes U+FFFD.
 */
#ifndef PIHOOK_REPORT_JSON_H
#define PIHOOK_REPORT_JSON_H

#include "base/text.h"

void json_add_object(struct text *text, const char *key);
void json_add_object_end(struct text *text);
void json_add_array(struct text *text, const char *key);
void json_add_array_end(struct text *text);

void json_add_string(struct text *text, const char *key, const char *value);
void json_add_number(struct text *text, const char *key, int64_t value);

/* Numbers beyond what readers of JSON keep exact, as the string "0x1f". */
void json_add_hex(struct text *text, const char *key, uint64_t value);

/* Bytes as a string of two digits each. */
void json_add_bytes(struct text *text, const char *key, const unsigned char *bytes, size_t count);

/* A member that is there only if it is so. */
void json_add_true(struct text *text, const char *key);

#endif
