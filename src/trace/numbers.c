/* SPDX-License-Identifier: MIT */
/* Linear probing.  A table that was outgrown stays mapped for those who read it. */
#include "trace/numbers.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stddef.h>

enum { FIRST_ENTRIES = 512 };

struct entry {
    uint64_t key;
    uint32_t number;
};

struct numbers_table {
    struct numbers_table *outgrown;
    uint64_t mask; /* entries - 1 */
    struct entry entries[];
};

static size_t bytes_for(uint64_t entries)
{
    return sizeof(struct numbers_table) + entries * sizeof(struct entry);
}

/* An entry that is empty now may be another key's a moment later: it is looked at once. */
uint32_t numbers_get(const struct numbers *numbers, uint64_t key)
{
    const struct numbers_table *table = __atomic_load_n(&numbers->table, __ATOMIC_ACQUIRE);
    uint64_t slot = hash_mix(key, 7);

    for (; table != NULL; slot++) {
        const struct entry *entry = &table->entries[slot & table->mask];
        uint64_t present = __atomic_load_n(&entry->key, __ATOMIC_ACQUIRE);

        if (present == key)
            return __atomic_load_n(&entry->number, __ATOMIC_RELAXED);
        if (present == 0)
            return 0;
    }
    return 0;
}

static void put(struct numbers_table *table, uint64_t key, uint32_t number)
{
    uint64_t slot = hash_mix(key, 7) & table->mask;

    while (table->entries[slot].key != 0)
        slot = (slot + 1) & table->mask;
    table->entries[slot].number = number;
    __atomic_store_n(&table->entries[slot].key, key, __ATOMIC_RELEASE);
}

static bool grow(struct numbers *numbers)
{
    struct numbers_table *old = numbers->table;
    uint64_t entries = old == NULL ? FIRST_ENTRIES : 2 * (old->mask + 1);
    struct numbers_table *grown = memory_take(bytes_for(entries));

    if (grown == NULL)
        return false;
    grown->mask = entries - 1;
    grown->outgrown = old;
    for (uint64_t slot = 0; old != NULL && slot <= old->mask; slot++)
        if (old->entries[slot].key != 0)
            put(grown, old->entries[slot].key, old->entries[slot].number);
    __atomic_store_n(&numbers->table, grown, __ATOMIC_RELEASE);
    return true;
}

bool numbers_add(struct numbers *numbers, uint64_t key, uint32_t number)
{
    bool full = numbers->table == NULL || numbers->used >= (numbers->table->mask + 1) / 2;

    if (full && !grow(numbers))
        return false;
    put(numbers->table, key, number);
    numbers->used++;
    return true;
}

bool numbers_set(struct numbers *numbers, uint64_t key, uint32_t number)
{
    struct numbers_table *table = numbers->table;
    uint64_t slot = hash_mix(key, 7);

    if (numbers_get(numbers, key) == 0)
        return numbers_add(numbers, key, number);
    while (table->entries[slot & table->mask].key != key)
        slot++;
    __atomic_store_n(&table->entries[slot & table->mask].number, number, __ATOMIC_RELAXED);
    return true;
}

void numbers_clear(struct numbers *numbers)
{
    struct numbers_table *table = numbers->table;

    *numbers = (struct numbers){NULL, 0};
    while (table != NULL) {
        struct numbers_table *older = table->outgrown;

        memory_give(table, bytes_for(table->mask + 1));
        table = older;
    }
}
