/* SPDX-License-Identifier: MIT */
/*
 * The table of import statements: open addressing, entries are added and never removed.
 * Called for every import statement while they are counted, so the way through a known one
 * must stay a few nanoseconds.
 */
#include "imports/statements.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PROBES = 64 };

static struct statement *table;
static long lost;

bool statements_begin(void)
{
    if (table == NULL)
        table = calloc(STATEMENTS_MAX, sizeof *table);
    return table != NULL;
}

static size_t place_of(const void *scope, const void *name, int level)
{
    uint64_t mixed = ((uintptr_t)scope >> 4) * 0x9e3779b97f4a7c15u;

    mixed = (mixed ^ ((uintptr_t)name >> 4) ^ (unsigned)level) * 0x9e3779b97f4a7c15u;
    return mixed >> (64 - 16);
}

/* The level is written before the name, and neither is ever changed. */
static bool is_for(const struct statement *entry, const void *name, int level)
{
    return __atomic_load_n(&entry->name, __ATOMIC_ACQUIRE) == name && entry->level == level;
}

/*
 * Takes an empty place, or finds that another thread took it just now.  Should that thread
 * be counting the same statement, it gets a second entry: the sums stay right.
 */
static bool take(struct statement *entry, const void *scope, const void *name, int level)
{
    const void *empty = NULL;

    if (!__atomic_compare_exchange_n(&entry->scope, &empty, scope, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
        return false;
    entry->level = level;
    __atomic_store_n(&entry->name, name, __ATOMIC_RELEASE);
    return true;
}

struct statement *statements_count(const void *scope, const void *name, int level)
{
    size_t place = place_of(scope, name, level);

    for (unsigned probe = 0; probe < PROBES; probe++, place++) {
        struct statement *entry = &table[place % STATEMENTS_MAX];
        const void *present = __atomic_load_n(&entry->scope, __ATOMIC_ACQUIRE);

        if (present == scope && is_for(entry, name, level)) {
            __atomic_fetch_add(&entry->count, 1, __ATOMIC_RELAXED);
            return NULL;
        }
        if (present == NULL && take(entry, scope, name, level)) {
            __atomic_fetch_add(&entry->count, 1, __ATOMIC_RELAXED);
            return entry;
        }
    }
    __atomic_fetch_add(&lost, 1, __ATOMIC_RELAXED);
    return NULL;
}

void statement_describe(struct statement *statement, const char *importer, const char *imported,
                        const char *file, int line)
{
    statement->importer = strdup(importer);
    statement->imported = strdup(imported);
    statement->file = strdup(file);
    statement->line = line;
    bool whole = statement->importer && statement->imported && statement->file;
    __atomic_store_n(&statement->told, whole, __ATOMIC_RELEASE);
}

const struct statement *statements_at(size_t place)
{
    const struct statement *entry = table == NULL ? NULL : &table[place];

    return entry != NULL && __atomic_load_n(&entry->told, __ATOMIC_ACQUIRE) ? entry : NULL;
}

long statements_lost(void)
{
    return __atomic_load_n(&lost, __ATOMIC_RELAXED);
}

long statements_total(void)
{
    long total = 0;

    for (size_t place = 0; table != NULL && place < STATEMENTS_MAX; place++)
        total += __atomic_load_n(&table[place].count, __ATOMIC_RELAXED);
    return total;
}
