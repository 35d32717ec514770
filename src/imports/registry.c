/* SPDX-License-Identifier: MIT */
/*
 * The registry of post-import hooks.  Called from configuration at start-up, from Python
 * and C at any time, and for every import of a new module.  It must never block: a fork in
 * another thread's registration would leave the child a lock that nobody releases.
 */
#include "imports/registry.h"

#include "base/glob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct hook hook;
    bool glob;
    uint32_t hash; /* of an exact name: spares most comparisons */
    bool live;     /* written last, atomically */
};

/* Chunk k holds FIRST_CHUNK << k entries, so entries never move. */
enum { FIRST_CHUNK = 32, CHUNKS = 24 };

static struct entry *chunks[CHUNKS];
static long reserved;

static uint32_t hash_name(const char *name)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

static unsigned chunk_of(long serial, long *offset)
{
    unsigned chunk = 0;
    long first = 0;

    while (serial >= first + ((long)FIRST_CHUNK << chunk))
        first += (long)FIRST_CHUNK << chunk++;
    *offset = serial - first;
    return chunk;
}

/* Two threads may both make a chunk; one of them wins. */
static struct entry *chunk_make(unsigned chunk)
{
    struct entry *made = calloc((size_t)FIRST_CHUNK << chunk, sizeof *made);
    struct entry *present = NULL;

    if (made == NULL)
        return NULL;
    if (__atomic_compare_exchange_n(&chunks[chunk], &present, made, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    free(made);
    return present;
}

static struct entry *entry_at(long serial, bool make)
{
    long offset;
    unsigned chunk = chunk_of(serial, &offset);

    if (chunk >= CHUNKS)
        return NULL;
    struct entry *entries = __atomic_load_n(&chunks[chunk], __ATOMIC_ACQUIRE);
    if (entries == NULL && make)
        entries = chunk_make(chunk);
    return entries == NULL ? NULL : &entries[offset];
}

static const char *copy(const char *string)
{
    return string == NULL ? NULL : strdup(string);
}

static bool hook_copy(struct hook *to, const struct hook *from)
{
    *to = *from;
    to->pattern = copy(from->pattern);
    to->text = copy(from->text);
    to->file = copy(from->file);
    return to->pattern != NULL && (from->text == NULL || to->text != NULL) &&
           (from->file == NULL || to->file != NULL);
}

long registry_add(const struct hook *hook)
{
    long serial = __atomic_fetch_add(&reserved, 1, __ATOMIC_SEQ_CST);
    struct entry *entry = entry_at(serial, true);

    if (entry == NULL || !hook_copy(&entry->hook, hook))
        return -ENOMEM;
    entry->glob = glob_is_pattern(hook->pattern);
    entry->hash = hash_name(hook->pattern);
    __atomic_store_n(&entry->live, true, __ATOMIC_SEQ_CST);
    return serial;
}

long registry_count(void)
{
    return __atomic_load_n(&reserved, __ATOMIC_SEQ_CST);
}

static const struct entry *live_at(long serial)
{
    const struct entry *entry = entry_at(serial, false);

    return entry != NULL && __atomic_load_n(&entry->live, __ATOMIC_SEQ_CST) ? entry : NULL;
}

const struct hook *registry_at(long serial)
{
    const struct entry *entry = live_at(serial);

    return entry == NULL ? NULL : &entry->hook;
}

static bool entry_in_scope(const struct entry *entry, unsigned scope)
{
    return entry->hook.scope == SCOPE_ALL || entry->hook.scope == scope;
}

static bool entry_wants(const struct entry *entry, const char *name, uint32_t hash)
{
    if (entry->glob)
        return glob_match(entry->hook.pattern, name);
    return entry->hash == hash && strcmp(entry->hook.pattern, name) == 0;
}

long registry_due(long from, const char *name, unsigned scope)
{
    long count = registry_count();
    uint32_t hash = from < count ? hash_name(name) : 0;

    for (long serial = from; serial < count; serial++) {
        const struct entry *entry = live_at(serial);

        if (entry != NULL && entry_in_scope(entry, scope) && entry_wants(entry, name, hash))
            return serial;
    }
    return -1;
}

long registry_child(long from, const char *parent, unsigned scope)
{
    long count = registry_count();
    size_t length = strlen(parent);

    for (long serial = from; serial < count; serial++) {
        const struct entry *entry = live_at(serial);

        if (entry != NULL && !entry->glob && entry_in_scope(entry, scope) &&
            strncmp(entry->hook.pattern, parent, length) == 0 &&
            entry->hook.pattern[length] == '.')
            return serial;
    }
    return -1;
}

void registry_forget(unsigned scope)
{
    long count = registry_count();

    for (long serial = 0; scope != SCOPE_ALL && serial < count; serial++) {
        struct entry *entry = entry_at(serial, false);

        if (entry != NULL && entry->hook.scope == scope)
            __atomic_store_n(&entry->live, false, __ATOMIC_SEQ_CST);
    }
}
