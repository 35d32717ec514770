/* SPDX-License-Identifier: MIT */
/* The kinds of values that options have: KIND of options.def. */
#ifndef PIHOOK_CONFIG_KINDS_H
#define PIHOOK_CONFIG_KINDS_H

#include "base/text.h"

struct word {
    const char *name;
    int value;
};

struct kind {
    enum kind_form {
        FORM_WORD,
        FORM_BOOL,
        FORM_NUMBER,
        FORM_PATH
    } form;                   /* enum, bool, int, char[] */
    const struct word *words; /* up to one without a name */
    int least, most;          /* of a number */
    const char *expected;     /* follows "expected " in a sentence */
    bool bare_is_yes;         /* in PIHOOK_OPTIONS the name without a value means yes */
};

/* Returns false, and leaves the field as it is, when the value is none of this kind. */
bool kind_set(const struct kind *kind, void *field, const char *value);

void kind_print(const struct kind *kind, const void *field, struct text *text);

extern const struct kind KIND_LEVEL;
extern const struct kind KIND_ROAD;
extern const struct kind KIND_ON_VIOLATION;
extern const struct kind KIND_ON_DEADLOCK;
extern const struct kind KIND_COLOR;
extern const struct kind KIND_ADDRESS_SCOPE;
extern const struct kind KIND_LOCK_ORDER;
extern const struct kind KIND_GRANULARITY;
extern const struct kind KIND_TRACE_FULL;
extern const struct kind KIND_TRACE_MEBIBYTES;
extern const struct kind KIND_MICROSECONDS;
extern const struct kind KIND_BOOL;
extern const struct kind KIND_ACTION;
extern const struct kind KIND_STATUS;
extern const struct kind KIND_MILLISECONDS;
extern const struct kind KIND_KIBIBYTES;
extern const struct kind KIND_MEBIBYTES;
extern const struct kind KIND_FRAMES;
extern const struct kind KIND_SIGNAL;
extern const struct kind KIND_PATH;

#endif
