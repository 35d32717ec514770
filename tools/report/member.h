/* SPDX-License-Identifier: MIT */
/*
 * Members of JSON objects that somebody else wrote, each with what it must be.
 *
 * The first one that is something else is remembered, as the end of a sentence that begins
 * with "expected"; every call returns something that can be used.
 */
#ifndef PIHOOK_REPORT_MEMBER_H
#define PIHOOK_REPORT_MEMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct members {
    char expected[160]; /* "": all is as it must be */
};

/* For what is said only once it is wrong. */
void member_expect(struct members *members, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "" where it isn't there; only `needed` ones must be. */
const char *member_string(struct members *members, const json_t *object, const char *key,
                          bool needed);

/* From 0 to `most`; 0 where it isn't there. */
unsigned member_number(struct members *members, const json_t *object, const char *key,
                       unsigned most, bool needed);

/* A string such as "0x1f".  False where it isn't there. */
bool member_hex(struct members *members, const json_t *object, const char *key, uint64_t *number);

/* Borrowed; NULL, which counts as an empty one, where it is none. */
json_t *member_object(struct members *members, const json_t *object, const char *key, bool needed);
json_t *member_array(struct members *members, const json_t *object, const char *key, bool needed);

#endif
