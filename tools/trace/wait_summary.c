/* SPDX-License-Identifier: MIT */
/* Called by formats of traces. */
#include "trace/wait_summary.h"

#include "graph/vector.h"
#include "report/pool.h"
#include "trace/durations.h"

#include <stdlib.h>

static uint32_t own_class(const struct model *model, const struct model_wait *wait)
{
    return model->locks.items[wait->lock].lock_class;
}

static int64_t length_of(const struct model_wait *wait)
{
    return wait->end - wait->begin;
}

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* ------------------------------------------------------------------------------ pairs */

uint32_t wait_holder_place(const struct model *model, const struct model_holds *holds,
                           const struct model_wait *wait)
{
    const struct model_stack *stack = &model->stacks.items[wait->holder_stack];

    for (uint32_t i = 0; i < stack->count; i++)
        if (model->frames.items[stack->first + i] != 0)
            return model->frames.items[stack->first + i];
    return wait->holder_hold == MODEL_NONE ? 0 : holds->items[wait->holder_hold].place;
}

static int by_places(const void *left, const void *right)
{
    const struct wait_pair *a = left, *b = right;

    if (a->lock_class != b->lock_class)
        return compare(a->lock_class, b->lock_class);
    if (a->place != b->place)
        return compare(a->place, b->place);
    if (a->holder_place != b->holder_place)
        return compare(a->holder_place, b->holder_place);
    return compare(a->longest, b->longest);
}

static int by_total(const void *left, const void *right)
{
    const struct wait_pair *a = left, *b = right;

    return a->total != b->total ? (a->total > b->total ? -1 : 1) : by_places(left, right);
}

static bool is_same(const struct wait_pair *a, const struct wait_pair *b)
{
    return a->lock_class == b->lock_class && a->place == b->place &&
           a->holder_place == b->holder_place;
}

static void join(const struct model *model, struct wait_pair *to, const struct wait_pair *from)
{
    const struct model_wait *waits = model->waits.items;

    to->count += from->count;
    to->total = time_sum(to->total, from->total);
    if (length_of(&waits[from->longest]) > length_of(&waits[to->longest]))
        to->longest = from->longest;
}

struct wait_pairs summarise_pairs(const struct model *model)
{
    struct wait_pairs pairs = {0};
    size_t kept = 0;

    for (uint32_t i = 0; i < model->waits.count; i++) {
        const struct model_wait *wait = &model->waits.items[i];
        struct wait_pair pair = {.lock_class = own_class(model, wait),
                                 .place = wait->place,
                                 .holder_place = wait_holder_place(model, &model->holds, wait),
                                 .count = 1,
                                 .longest = i,
                                 .total = length_of(wait)};

        VECTOR_ADD(&pairs, pair);
    }
    if (pairs.count == 0)
        return pairs;
    qsort(pairs.items, pairs.count, sizeof *pairs.items, by_places);
    for (size_t i = 1; i < pairs.count; i++) {
        if (is_same(&pairs.items[kept], &pairs.items[i]))
            join(model, &pairs.items[kept], &pairs.items[i]);
        else
            pairs.items[++kept] = pairs.items[i];
    }
    pairs.count = kept + 1;
    qsort(pairs.items, pairs.count, sizeof *pairs.items, by_total);
    return pairs;
}

/* ---------------------------------------------------------------------------- convoys */

/* A wait begins or ends. */
struct edge {
    uint32_t lock, wait;
    int64_t time;
    bool begins;
};

struct edges {
    struct edge *items;
    size_t count, room;
};

/* Ends come before begins: who comes at the moment another one goes doesn't wait beside it. */
static int by_lock_and_time(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;

    if (a->lock != b->lock)
        return compare(a->lock, b->lock);
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->begins != b->begins)
        return a->begins ? 1 : -1;
    return compare(a->wait, b->wait);
}

static struct edges edges_of(const struct model *model)
{
    struct edges edges = {0};

    for (uint32_t i = 0; i < model->waits.count; i++) {
        const struct model_wait *wait = &model->waits.items[i];

        if (wait->end == wait->begin)
            continue;
        VECTOR_ADD(&edges, ((struct edge){wait->lock, i, wait->begin, true}));
        VECTOR_ADD(&edges, ((struct edge){wait->lock, i, wait->end, false}));
    }
    if (edges.count > 0)
        qsort(edges.items, edges.count, sizeof *edges.items, by_lock_and_time);
    return edges;
}

static void add_convoy(struct convoy *convoy, const struct edge *began, int64_t end,
                       uint32_t threads)
{
    int64_t length = end - began->time;

    convoy->count++;
    convoy->total = time_sum(convoy->total, length);
    if (threads > convoy->threads)
        convoy->threads = threads;
    if (length <= convoy->longest && convoy->count > 1)
        return;
    convoy->longest = length;
    convoy->longest_began = began->time;
    convoy->wait = began->wait;
}

static void find_convoys(const struct model *model, const struct edges *edges,
                         struct convoy *by_class)
{
    const struct edge *began = NULL;
    uint32_t waiting = 0, most = 0;

    for (size_t i = 0; i < edges->count; i++) {
        const struct edge *edge = &edges->items[i];

        waiting += edge->begins ? 1 : UINT32_MAX;
        if (edge->begins && waiting == CONVOY_THREADS) {
            began = edge;
            most = 0;
        }
        if (waiting > most)
            most = waiting;
        if (edge->begins || waiting != CONVOY_THREADS - 1)
            continue;
        add_convoy(&by_class[own_class(model, &model->waits.items[edge->wait])], began, edge->time,
                   most);
    }
}

static int by_convoy(const void *left, const void *right)
{
    const struct convoy *a = left, *b = right;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return compare(a->lock_class, b->lock_class);
}

struct convoys summarise_convoys(const struct model *model)
{
    struct convoys convoys = {0};
    struct edges edges = edges_of(model);
    struct convoy *by_class = calloc(model->classes.count + 1, sizeof *by_class);

    if (!by_class)
        no_memory();
    find_convoys(model, &edges, by_class);
    for (uint32_t i = 0; i < model->classes.count; i++) {
        by_class[i].lock_class = i;
        if (by_class[i].count > 0)
            VECTOR_ADD(&convoys, by_class[i]);
    }
    free(by_class);
    free(edges.items);
    if (convoys.count > 0)
        qsort(convoys.items, convoys.count, sizeof *convoys.items, by_convoy);
    return convoys;
}
