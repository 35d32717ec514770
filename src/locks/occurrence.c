/* SPDX-License-Identifier: MIT */
/* Occurrences, re-used.  Called from the checker's slow path only. */
#include "locks/occurrence.h"

#include "base/table.h"

#include <stddef.h>
#include <string.h>

/* Most threads hold one lock or two when they acquire another: records of several sizes. */
enum { SIZES = 3, SIZE_SHIFT = 30 };
#define NUMBER_MASK ((UINT32_C(1) << SIZE_SHIFT) - 1)

#define RECORDS_OF(held_room)                                                            \
    {                                                                                    \
        .item = sizeof(struct occurrence) + (held_room) * sizeof(struct occurrence_held) \
    }

static const uint32_t rooms[SIZES] = {1, 3, OCCURRENCE_HELD};
static struct table records[SIZES] = {RECORDS_OF(1), RECORDS_OF(3), RECORDS_OF(OCCURRENCE_HELD)};
static uint32_t first_free[SIZES];

/* The upper bits of a number tell the size. */
static struct occurrence *at(uint32_t number)
{
    return table_at(&records[number >> SIZE_SHIFT], number & NUMBER_MASK);
}

const struct occurrence *occurrence_at(uint32_t number)
{
    return number == 0 ? NULL : at(number);
}

static uint32_t take(unsigned size)
{
    uint32_t number = first_free[size];

    if (number != 0) {
        first_free[size] = at(number)->next_free;
        return number;
    }
    number = table_add(&records[size]);
    if (number == 0 || number > NUMBER_MASK)
        return 0;
    return number | (uint32_t)size << SIZE_SHIFT;
}

static uint32_t count_held(const struct thread *thread)
{
    uint32_t count = 0;

    for (const struct held *entry = thread->top; entry > thread->base; entry--)
        count += entry->address != NULL;
    return count;
}

static unsigned size_for(uint32_t held_count)
{
    unsigned size = 0;

    while (size + 1 < SIZES && rooms[size] < held_count)
        size++;
    return size;
}

static void list_held(struct occurrence *occurrence, const struct thread *thread, uint32_t room)
{
    for (const struct held *entry = thread->top; entry > thread->base; entry--)
        if (entry->address != NULL && occurrence->listed < room)
            occurrence->held[occurrence->listed++] =
                (struct occurrence_held){.id = entry->id,
                                         .address = entry->address,
                                         .place = entry->place,
                                         .kind = entry->kind,
                                         .mode = entry->mode};
}

uint32_t occurrence_new(const struct thread *thread, const struct lock_request *wanted,
                        stack_id stack)
{
    uint32_t held_count = count_held(thread);
    unsigned size = size_for(held_count);
    uint32_t number = take(size);

    if (number == 0)
        return 0;
    *at(number) = (struct occurrence){
        .uses = 1, .tid = thread->tid, .stack = stack, .wanted = *wanted, .held_count = held_count};
    memcpy(at(number)->thread_name, thread_name(thread), strlen(thread_name(thread)) + 1);
    list_held(at(number), thread, rooms[size]);
    return number;
}

void occurrence_use(uint32_t number)
{
    if (number != 0)
        at(number)->uses++;
}

void occurrence_release(uint32_t number)
{
    if (number == 0 || --at(number)->uses > 0)
        return;
    at(number)->next_free = first_free[number >> SIZE_SHIFT];
    first_free[number >> SIZE_SHIFT] = number;
}

void occurrence_reset(void)
{
    for (unsigned size = 0; size < SIZES; size++) {
        records[size] = (struct table){.item = records[size].item};
        first_free[size] = 0;
    }
}
