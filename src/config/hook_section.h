/* SPDX-License-Identifier: MIT */
/*
 * A section [hook NAME] of a configuration file: its actions, gathered until the section
 * ends because on-error, optional and reload hold for all of them.
 *
 * Plain data, no I/O, one thread.
 */
#ifndef PIHOOK_CONFIG_HOOK_SECTION_H
#define PIHOOK_CONFIG_HOOK_SECTION_H

#include "config/file.h"
#include "config/mistakes.h"

enum { HOOK_ACTIONS_MAX = 64 };

struct hook_section {
    struct mistakes *mistakes;
    const char *pattern;
    unsigned line; /* of its head */
    bool raise, optional, reload;

    struct text *values; /* of the actions, each ended by a NUL */
    struct hook_action {
        enum hook_kind kind;
        unsigned line;
        size_t value; /* where it begins in values */
        bool spoilt;  /* part of it was bad, and told */
    } actions[HOOK_ACTIONS_MAX];
    size_t count;
    const char *setting; /* the last key, when it takes one line */
    bool has_action;     /* a good one or not, or a bad line that may have been one */
    bool in_action;      /* the last key began the last of the actions */
};

/*
 * Begins a section.  `pattern` must outlive it; `values` is a buffer that holds all its
 * values.  Returns false, and adds a mistake, when the pattern is none.
 */
bool hook_section_begin(struct hook_section *section, const char *pattern, unsigned line,
                        struct text *values, struct mistakes *mistakes);

void hook_section_key(struct hook_section *section, const char *name, const char *value,
                      unsigned line);

/* A further line of the last key's value. */
void hook_section_more(struct hook_section *section, const char *value, unsigned line);

/* A line was bad and has been told; `continues`: it went on with the last key's value. */
void hook_section_bad_line(struct hook_section *section, bool continues);

/* Checks the actions and hands the good ones to the sink. */
void hook_section_end(struct hook_section *section, const char *file,
                      const struct config_sink *sink);

#endif
