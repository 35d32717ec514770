/* SPDX-License-Identifier: MIT */
/*
 * An open-addressed set of lines that only grows: the slot is the number.  Called when a
 * line is met for the first time, in any thread; it must never wait for another one.
 */
#include "report/script_place.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SLOTS = 1 << 15, SLOTS_USED_MOST = SLOTS / 4 * 3, STRING_MOST = 4096, CHUNK = 1 << 16 };

#define SCRIPT_BIT (UINT64_C(1) << 63)

static struct script_place *slots[SLOTS];
static unsigned slots_used;

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

static struct script_place *make(const char *file, const char *function, unsigned line)
{
    static const char IN[] = " in ";
    size_t strings = strnlen(file, STRING_MOST) + strnlen(function, STRING_MOST) + 2;
    size_t text_bytes = strings + sizeof IN + 16;
    struct script_place *place = piece(sizeof *place + strings + text_bytes);

    if (place == NULL)
        return NULL;
    char *room = (char *)(place + 1);
    place->file = copy_into(&room, file);
    place->function = copy_into(&room, function);
    place->line = line;
    place->text = room;
    struct text text = text_in(room, text_bytes);
    text_add(&text, place->file);
    text_add(&text, ":");
    text_add_int(&text, line);
    text_join(&text, *function == '\0' ? "" : IN, place->function, NULL);
    return place;
}

static bool is_full(void)
{
    return __atomic_load_n(&slots_used, __ATOMIC_RELAXED) >= SLOTS_USED_MOST;
}

static const void *number_of(uint64_t slot)
{
    return (const void *)(uintptr_t)(SCRIPT_BIT | slot);
}

const void *script_place_keep(const char *file, const char *function, unsigned line)
{
    uint64_t hash = hash_mix(hash_string(hash_string(line, file), function), line);
    struct script_place *made = NULL;

    for (uint64_t slot = hash % SLOTS;; slot = (slot + 1) % SLOTS) {
        struct script_place *present = __atomic_load_n(&slots[slot], __ATOMIC_ACQUIRE);

        if (present == NULL) {
            if (made == NULL && !is_full())
                made = make(file, function, line);
            if (made == NULL)
                return NULL;
            if (__atomic_fetch_add(&slots_used, 1, __ATOMIC_RELAXED) >= SLOTS_USED_MOST) {
                __atomic_fetch_sub(&slots_used, 1, __ATOMIC_RELAXED);
                return NULL;
            }
            if (__atomic_compare_exchange_n(&slots[slot], &present, made, false, __ATOMIC_ACQ_REL,
                                            __ATOMIC_ACQUIRE))
                return number_of(slot);
            __atomic_fetch_sub(&slots_used, 1, __ATOMIC_RELAXED);
        }
        if (is_same(present, file, function, line))
            return number_of(slot);
    }
}

const struct script_place *script_place_at(const void *address)
{
    uint64_t number = (uintptr_t)address;

    if ((number & SCRIPT_BIT) == 0 || (number & ~SCRIPT_BIT) >= SLOTS)
        return NULL;
    return __atomic_load_n(&slots[number & ~SCRIPT_BIT], __ATOMIC_ACQUIRE);
}
