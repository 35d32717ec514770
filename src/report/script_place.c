/* SPDX-License-Identifier: MIT */
/*
 * Lines in chains by their hash, and by number; both only grow.  What a program with few lines
 * needs lies close together: each page that is touched costs it more than a look at a chain.
 * Called when a line is met for the first time, in any thread; it must never wait for another.
 */
#include "report/script_place.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LINES_MOST = 24 * 1024, CHAINS = 1 << 10, STRING_MOST = 4096, CHUNK = 1 << 16 };

#define SCRIPT_BIT (UINT64_C(1) << 63)

struct line {
    struct script_place place;
    const struct line *next; /* of the chain */
    uint32_t hash, number;
};

static const struct line *chains[CHAINS], *lines[LINES_MOST];
static uint32_t numbers; /* handed out, or refused */

/* ---- memory that is handed out in pieces ---- */

struct chunk {
    size_t used;
    char bytes[];
};

static struct chunk *chunk;

static struct chunk *new_chunk(struct chunk *full)
{
    struct chunk *fresh = memory_take(CHUNK);

    if (fresh == NULL || __atomic_compare_exchange_n(&chunk, &full, fresh, false, __ATOMIC_ACQ_REL,
                                                     __ATOMIC_ACQUIRE))
        return fresh;
    memory_give(fresh, CHUNK);
    return full;
}

static void *piece(size_t bytes)
{
    struct chunk *present = __atomic_load_n(&chunk, __ATOMIC_ACQUIRE);

    bytes = (bytes + 7) & ~(size_t)7;
    for (;;) {
        size_t start =
            present == NULL ? CHUNK : __atomic_fetch_add(&present->used, bytes, __ATOMIC_RELAXED);

        if (start + bytes <= CHUNK - sizeof *chunk)
            return present->bytes + start;
        present = new_chunk(present);
        if (present == NULL)
            return NULL;
    }
}

/* ---- lines ---- */

static uint64_t hash_string(uint64_t hash, const char *string)
{
    for (; *string != '\0'; string++)
        hash = (hash ^ (unsigned char)*string) * 1099511628211u;
    return hash_mix(hash, 7);
}

static bool is_same(const struct script_place *place, const char *file, const char *function,
                    unsigned line)
{
    return place->line == line && strncmp(place->file, file, STRING_MOST) == 0 &&
           strncmp(place->function, function, STRING_MOST) == 0;
}

static const char *copy_into(char **room, const char *string)
{
    char *copy = *room;
    size_t length = strnlen(string, STRING_MOST);

    memcpy(copy, string, length);
    copy[length] = '\0';
    *room += length + 1;
    return copy;
}

static struct line *make(const char *file, const char *function, unsigned number)
{
    static const char IN[] = " in ";
    size_t strings = strnlen(file, STRING_MOST) + strnlen(function, STRING_MOST) + 2;
    size_t text_bytes = strings + sizeof IN + 16;
    struct line *line = piece(sizeof *line + strings + text_bytes);

    if (line == NULL)
        return NULL;
    char *room = (char *)(line + 1);
    line->place.file = copy_into(&room, file);
    line->place.function = copy_into(&room, function);
    line->place.line = number;
    line->place.text = room;
    struct text text = text_in(room, text_bytes);
    text_add(&text, line->place.file);
    text_add(&text, ":");
    text_add_int(&text, number);
    text_join(&text, *function == '\0' ? "" : IN, line->place.function, NULL);
    return line;
}

static const void *address_of(const struct line *line)
{
    return (const void *)(uintptr_t)(SCRIPT_BIT | line->number);
}

static bool is_full(void)
{
    return __atomic_load_n(&numbers, __ATOMIC_RELAXED) >= LINES_MOST;
}

/* Gives the line its number; false: there are too many. */
static bool enter(struct line *line)
{
    line->number = __atomic_fetch_add(&numbers, 1, __ATOMIC_RELAXED);
    if (line->number >= LINES_MOST)
        return false;
    __atomic_store_n(&lines[line->number], line, __ATOMIC_RELEASE);
    return true;
}

const void *script_place_keep(const char *file, const char *function, unsigned number)
{
    uint64_t mixed = hash_mix(hash_string(hash_string(number, file), function), number);
    const struct line **chain = &chains[mixed % CHAINS], *looked_at = NULL, *first, *line;
    uint32_t hash = (uint32_t)(mixed >> 32);
    struct line *made = NULL;

    for (;;) {
        first = __atomic_load_n(chain, __ATOMIC_ACQUIRE);
        for (line = first; line != looked_at; line = line->next)
            if (line->hash == hash && is_same(&line->place, file, function, number))
                return address_of(line);
        if (made == NULL) {
            made = is_full() ? NULL : make(file, function, number);
            if (made == NULL || !enter(made))
                return NULL;
            made->hash = hash;
        }
        made->next = looked_at = first;
        if (__atomic_compare_exchange_n(chain, &first, made, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            return address_of(made);
    }
}

const struct script_place *script_place_at(const void *address)
{
    uint64_t number = (uintptr_t)address & ~SCRIPT_BIT;
    const struct line *line;

    if (((uintptr_t)address & SCRIPT_BIT) == 0 || number >= LINES_MOST)
        return NULL;
    line = __atomic_load_n(&lines[number], __ATOMIC_ACQUIRE);
    return line == NULL ? NULL : &line->place;
}
