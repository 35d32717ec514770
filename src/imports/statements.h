/* SPDX-License-Identifier: MIT */
/*
 * Who imports what: a count for each import statement, cached imports included.
 *
 * A statement is known by the namespace it runs in, the name it imports and its level; both
 * are pointers that the caller keeps alive or lets us forget.  Any number of threads may use
 * the table; nothing waits.
 */
#ifndef PIHOOK_IMPORTS_STATEMENTS_H
#define PIHOOK_IMPORTS_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>

struct statement {
    const void *scope; /* NULL: an empty place of the table */
    const void *name;
    int level;
    long count;
    /* Written once, before `told` is set; owned by the table. */
    char *importer; /* the importing module's name; "" if it has none */
    char *imported; /* with the leading dots of a relative import */
    char *file;     /* of the first such statement that ran; "" if unknown */
    int line;
    bool told;
};

enum { STATEMENTS_MAX = 1 << 16 };

/* Makes the table; before any other call.  False without memory. */
bool statements_begin(void);

/*
 * Counts one run of the statement.  Returns NULL if it is known, else its new entry, whose
 * text the caller must give with statement_describe().
 */
struct statement *statements_count(const void *scope, const void *name, int level);

void statement_describe(struct statement *statement, const char *importer, const char *imported,
                        const char *file, int line);

/* The entry at a place 0 .. STATEMENTS_MAX - 1 of the table, or NULL when that is empty. */
const struct statement *statements_at(size_t place);

/* How often a statement was not counted because the table was full. */
long statements_lost(void);

/* All runs that were counted. */
long statements_total(void);

#endif
