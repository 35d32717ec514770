/* SPDX-License-Identifier: MIT */
/*
 * A configuration file as the physical lines that inih reads.
 *
 * inih tells its handler no line number, names only the first bad line, cuts section names
 * at 49 bytes and long lines into two.  So this reader hands over one line per call, keeps
 * its number, tells each bad line itself, and sees the sections: inih only learns that one
 * begins.  Lines indented further than the key above them go on with its value; other
 * indentation means nothing.
 */
#ifndef PIHOOK_CONFIG_LINES_H
#define PIHOOK_CONFIG_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum line_kind {
    LINE_EMPTY, /* or a comment, or left out */
    LINE_SECTION,
    LINE_KEY,
    LINE_MORE /* of the value above */
};

struct lines {
    /* Set by the caller. */
    const char *next, *end;
    /* A section begins; NULL: its name can't be read (and bad() has told so). */
    void (*section)(void *context, const char *name, size_t length);
    /* The line is left out. */
    void (*bad)(void *context, enum line_kind kind, const char *sentence);
    void *context;

    /* Of the line that section, bad or inih's handler is called for; numbers start at 1. */
    unsigned number;
    enum line_kind kind;

    bool in_value;      /* a key stands above, in this section */
    bool value_dropped; /* and it was bad */
    bool unanswered;    /* no handler was called for the last line yet */
    size_t indent;      /* of the last key */
};

/* An ini_reader: stream is a struct lines. */
char *lines_read(char *into, int size, void *stream);

/* To be called from inih's handler: its line was understood. */
void lines_understood(struct lines *lines);

/* To be called after the last line: tells it when it was bad. */
void lines_finish(struct lines *lines);

/* What inih and this reader take for space, whatever the program's locale. */
bool lines_is_space(char byte);

#endif
