/* SPDX-License-Identifier: MIT */
/*
 * Suppressions: lines `rule:pattern`, both globs; `#` begins a comment line.
 *
 * Read once, by one thread; matched by any thread.  What a pattern is compared with is the
 * caller's business.
 */
#ifndef PIHOOK_REPORT_SUPPRESSIONS_H
#define PIHOOK_REPORT_SUPPRESSIONS_H

#include "config/options.h"

#include <stddef.h>

struct suppression {
    const char *rule, *pattern;
    unsigned line;
    bool matched, noted;
};

struct suppressions {
    struct suppression *list;
    unsigned count, room;
};

/*
 * Reads the file `path`, which must be one that nobody else can write (config/trust.h).
 * Returns 0, or the negative errno that kept it from being read, which is told as one
 * complaint.  Bad lines are told, and the others kept.  What it takes stays for good.
 */
int suppressions_read(struct suppressions *suppressions, const char *path,
                      const struct complaints *complaints);

/*
 * The same from memory, `name` being that of the file in complaints.  Changes bytes[0..size],
 * one more than there are, and keeps pointers into them.  Returns 0 or -ENOMEM.
 */
int suppressions_parse(struct suppressions *suppressions, char *bytes, size_t size,
                       const char *name, const struct complaints *complaints);

/* Is there one for that rule? */
bool suppressions_concern(const struct suppressions *suppressions, const char *rule);

/* Does one for that rule fit the string?  All that do are marked. */
bool suppressions_match(struct suppressions *suppressions, const char *rule, const char *string);

/* Calls visit for each one that has fitted something, once in the life of a process. */
void suppressions_note(struct suppressions *suppressions,
                       void (*visit)(void *argument, const struct suppression *suppression),
                       void *argument);

/* Tells each one that has fitted nothing. */
void suppressions_tell_unmatched(const struct suppressions *suppressions, const char *name,
                                 const struct complaints *complaints);

/* Gives back what suppressions_parse() took. */
void suppressions_drop(struct suppressions *suppressions);

#endif
