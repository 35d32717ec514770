/* SPDX-License-Identifier: MIT */
/* The findings of many files and processes, each once. */
#ifndef PIHOOK_REPORT_COLLECTION_H
#define PIHOOK_REPORT_COLLECTION_H

#include "report/record.h"
#include "symbols.h"

#include <stddef.h>

struct collection {
    struct record **records; /* in the order of reading */
    size_t count, room;
    void *by_number;          /* the same as a tree of tsearch(3) */
    struct symbols *symbols;  /* NULL: places get no sources */
    bool compared;            /* with a baseline */
    unsigned long suppressed; /* findings that were taken out as unwanted */
};

/*
 * Adds what one line says, or counts it if it is known.  What the line must be and isn't is
 * in `members`; the collection stays as it was then.
 */
void collection_add(struct collection *collection, struct members *members, const char *line,
                    size_t count);

/* The same for JSON that is read already, of which it takes the reference. */
void collection_add_json(struct collection *collection, struct members *members, json_t *json);

/*
 * Takes out those from the number `first` on of which that is true.  Returns how many there were.
 */
size_t collection_drop(struct collection *collection, size_t first,
                       bool (*is_meant)(void *argument, const struct record *record),
                       void *argument);

/* How many findings of that level there are that no baseline knows. */
unsigned long collection_new(const struct collection *collection, enum level level);

/* How many are known. */
unsigned long collection_known(const struct collection *collection);

void collection_clear(struct collection *collection);

#endif
