/* SPDX-License-Identifier: MIT */
/*
 * An open-addressed set of keys that only grows, and the lines of the first findings.
 * Called for every finding, told or not; it must never wait for another thread.
 */
#include "report/told.h"

#include "base/text.h"

#include <stddef.h>

enum { LINES = 256, LINE_BYTES = 192 };

static struct {
    uint64_t key; /* 0: free */
    uint32_t again;
    bool told; /* and not suppressed */
} slots[TOLD_MOST];

static struct {
    unsigned slot, sentence; /* where that begins */
    int level;
    const char *rule;
    bool ready;
    char bytes[LINE_BYTES];
} lines[LINES];

static unsigned line_count;
static unsigned inherited; /* lines that the parent told before the fork */
static unsigned beyond;
static unsigned repeated; /* at all: told_forget() looks at no table for nothing */

/* True when the key is in the slot now and was not before; *present is what was. */
static bool take(uint64_t *slot, uint64_t key, uint64_t *present)
{
    *present = __atomic_load_n(slot, __ATOMIC_RELAXED); /* most slots are seen, few taken */
    return *present == 0 && __atomic_compare_exchange_n(slot, present, key, false, __ATOMIC_RELAXED,
                                                        __ATOMIC_RELAXED);
}

static void count_again(unsigned slot)
{
    __atomic_fetch_add(&slots[slot].again, 1, __ATOMIC_RELAXED);
    if (__atomic_load_n(&repeated, __ATOMIC_RELAXED) == 0)
        __atomic_store_n(&repeated, 1, __ATOMIC_RELAXED);
}

bool told_again(uint64_t key, struct told_mark *mark)
{
    key += key == 0;
    for (unsigned probe = 0; probe < TOLD_MOST; probe++) {
        unsigned slot = (unsigned)((key + probe) % TOLD_MOST);
        uint64_t present;

        mark->slot = slot;
        if (take(&slots[slot].key, key, &present))
            return false;
        if (present == key) {
            count_again(slot);
            return true;
        }
    }
    __atomic_fetch_add(&beyond, 1, __ATOMIC_RELAXED);
    return true;
}

bool told_before(uint64_t key, bool *told)
{
    key += key == 0;
    for (unsigned probe = 0; probe < TOLD_MOST; probe++) {
        unsigned slot = (unsigned)((key + probe) % TOLD_MOST);
        uint64_t present = __atomic_load_n(&slots[slot].key, __ATOMIC_RELAXED);

        if (present == key) {
            count_again(slot);
            *told = __atomic_load_n(&slots[slot].told, __ATOMIC_RELAXED);
        }
        if (present == key || present == 0)
            return present == key;
    }
    return false;
}

unsigned told_beyond(void)
{
    return __atomic_load_n(&beyond, __ATOMIC_RELAXED);
}

void told_keep(struct told_mark mark, const char *rule, int level, const char *sentence)
{
    __atomic_store_n(&slots[mark.slot].told, true, __ATOMIC_RELAXED);
    unsigned number = __atomic_fetch_add(&line_count, 1, __ATOMIC_RELAXED);
    if (number >= LINES)
        return;
    struct text text = text_in(lines[number].bytes, LINE_BYTES);
    text_join(&text, rule, ": ", NULL);
    lines[number].sentence = (unsigned)text.length;
    text_add(&text, sentence);
    lines[number].slot = mark.slot;
    lines[number].rule = rule;
    lines[number].level = level;
    __atomic_store_n(&lines[number].ready, true, __ATOMIC_RELEASE);
}

unsigned told_repetitions(void)
{
    unsigned sum = 0;

    if (__atomic_load_n(&repeated, __ATOMIC_RELAXED) == 0)
        return 0;
    for (unsigned i = 0; i < TOLD_MOST; i++)
        if (__atomic_load_n(&slots[i].told, __ATOMIC_RELAXED))
            sum += __atomic_load_n(&slots[i].again, __ATOMIC_RELAXED);
    return sum;
}

void told_each(void (*visit)(void *argument, unsigned times, const char *line), void *argument)
{
    for (unsigned i = 0; i < LINES; i++) {
        if (!__atomic_load_n(&lines[i].ready, __ATOMIC_ACQUIRE))
            continue;
        unsigned again = __atomic_load_n(&slots[lines[i].slot].again, __ATOMIC_RELAXED);
        if (again > 0)
            visit(argument, again + (i >= inherited), lines[i].bytes);
    }
}

bool told_at(unsigned number, struct told_line *line)
{
    unsigned i = inherited + number;

    if (i >= LINES || !__atomic_load_n(&lines[i].ready, __ATOMIC_ACQUIRE))
        return false;
    *line = (struct told_line){
        .rule = lines[i].rule,
        .sentence = lines[i].bytes + lines[i].sentence,
        .level = lines[i].level,
        .times = 1 + __atomic_load_n(&slots[lines[i].slot].again, __ATOMIC_RELAXED)};
    return true;
}

void told_forget(void)
{
    inherited = line_count;
    __atomic_store_n(&beyond, 0, __ATOMIC_RELAXED);
    if (!__atomic_exchange_n(&repeated, 0, __ATOMIC_RELAXED))
        return;
    for (unsigned i = 0; i < TOLD_MOST; i++)
        __atomic_store_n(&slots[i].again, 0, __ATOMIC_RELAXED);
}
