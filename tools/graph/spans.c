/* SPDX-License-Identifier: MIT */
/* Spans.  Called for each edge of each process; most calls add to the end. */
#include "graph/spans.h"

#include "report/pool.h"

#include <stdlib.h>
#include <string.h>

static struct span *items_of(struct spans *spans)
{
    return spans->room > 0 ? spans->more : &spans->one;
}

const struct span *spans_at(const struct spans *spans)
{
    return spans->room > 0 ? spans->more : &spans->one;
}

static void reserve(struct spans *spans, uint32_t count)
{
    bool inside = spans->room == 0;

    if (count <= (inside ? 1 : spans->room))
        return;
    spans->room = inside ? 4 : spans->room * 2;
    spans->more = reallocarray(inside ? NULL : spans->more, spans->room, sizeof *spans->more);
    if (!spans->more)
        no_memory();
    if (inside)
        spans->more[0] = spans->one;
}

/* Where the first span stands that ends at `number` or behind it. */
static uint32_t seek(const struct spans *spans, uint32_t number)
{
    const struct span *items = spans_at(spans);
    uint32_t low = 0, high = spans->count;

    if (high > 0 && items[high - 1].last < number)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (items[middle].last < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert(struct spans *spans, uint32_t at, struct span span)
{
    struct span *items;

    reserve(spans, spans->count + 1);
    items = items_of(spans);
    memmove(&items[at + 1], &items[at], (spans->count - at) * sizeof *items);
    items[at] = span;
    spans->count++;
}

void spans_add(struct spans *spans, uint32_t first, uint32_t last)
{
    uint32_t at = seek(spans, first > 0 ? first - 1 : 0), behind = at;
    struct span *items = items_of(spans);

    while (behind < spans->count && items[behind].first <= last + 1)
        behind++;
    if (behind == at) {
        insert(spans, at, (struct span){first, last});
        return;
    }
    if (items[at].first > first)
        items[at].first = first;
    items[at].last = items[behind - 1].last > last ? items[behind - 1].last : last;
    memmove(&items[at + 1], &items[behind], (spans->count - behind) * sizeof *items);
    spans->count -= behind - at - 1;
}

/* Calls `take` for each common span; it may say that this is enough. */
static void each_common(const struct spans *one, const struct spans *other,
                        bool (*take)(void *argument, struct span span), void *argument)
{
    const struct span *left = spans_at(one), *right = spans_at(other);

    for (uint32_t i = 0, j = 0; i < one->count && j < other->count;) {
        struct span common = {left[i].first > right[j].first ? left[i].first : right[j].first,
                              left[i].last < right[j].last ? left[i].last : right[j].last};

        if (common.first <= common.last && !take(argument, common))
            return;
        if (left[i].last < right[j].last)
            i++;
        else
            j++;
    }
}

static bool append(void *into, struct span span)
{
    struct spans *spans = into;

    insert(spans, spans->count, span);
    return true;
}

void spans_common(struct spans *into, const struct spans *one, const struct spans *other)
{
    struct spans common = {.count = 0};

    each_common(one, other, append, &common);
    spans_clear(into);
    *into = common;
}

void spans_copy(struct spans *into, const struct spans *from)
{
    spans_clear(into);
    for (uint32_t i = 0; i < from->count; i++)
        append(into, spans_at(from)[i]);
}

static bool note(void *any, struct span span)
{
    (void)span;
    *(bool *)any = true;
    return false;
}

bool spans_meet(const struct spans *one, const struct spans *other)
{
    bool any = false;

    each_common(one, other, note, &any);
    return any;
}

void spans_clear(struct spans *spans)
{
    if (spans->room > 0)
        free(spans->more);
    *spans = (struct spans){.count = 0};
}
