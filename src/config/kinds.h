/* SPDX-License-Identifier: MIT */
/* The kinds of values that options have: KIND of options.def. */
#ifndef PIHOOK_CONFIG_KINDS_H
#define PIHOOK_CONFIG_KINDS_H

#include "base/text.h"

struct kind {
    /* Returns false, and leaves the field as it is, when the value is none of this kind. */
    bool (*set)(void *field, const char *value);
    void (*print)(const void *field, struct text *text);
    const char *expected; /* follows "expected " in a sentence */
    bool bare_is_yes;     /* in PIHOOK_OPTIONS the name without a value means yes */
};

extern const struct kind KIND_LEVEL;
extern const struct kind KIND_BOOL;
extern const struct kind KIND_NUMBER;
extern const struct kind KIND_ROAD;
extern const struct kind KIND_PATH;
extern const struct kind KIND_ACTION;

#endif
