/* SPDX-License-Identifier: MIT */
/*
 * The choice of a context for each edge of a cycle, by trying them in turn: first for
 * distinct threads only, then for any, then with acquisitions that give up, too.  An edge
 * has few contexts and most edges one, so this is short; a bound keeps it so.
 *
 * Called by cycle.c under the graph's caller's lock.
 */
#include "locks/choice.h"

/* Steps of one attempt, for each edge; and what one look at the order of threads counts. */
enum { STEPS = 20000, STEPS_PER_EDGE = 4, STEPS_OF_ORDER = 20 };

struct attempt {
    struct graph *graph;
    const uint32_t *edges;
    uint32_t *picked; /* a context for each edge as far as it is tried */
    uint32_t length, first;
    bool distinct;     /* only distinct threads, */
    bool patient;      /* and only what waits as long as it takes */
    uint32_t repeated; /* how many of the picked ones are by a thread that is there already */
    uint32_t timed;
    long steps;  /* that are left, */
    long effort; /* and those of all attempts */
    bool found, no_memory;
    enum graph_strength best;
};

static const struct context *picked_at(const struct attempt *attempt, uint32_t i)
{
    return context_at(attempt->graph, attempt->picked[i]);
}

static bool fits_modes(const struct attempt *attempt, uint32_t i, const struct context *context)
{
    const struct graph *graph = attempt->graph;
    const struct edge *edge = edge_at(graph, attempt->edges[i]);

    if (i > 0 && !modes_conflict(node_at(graph, edge->from), picked_at(attempt, i - 1)->to_mode,
                                 context->from_mode))
        return false;
    return i + 1 < attempt->length || modes_conflict(node_at(graph, edge->to), context->to_mode,
                                                     picked_at(attempt, 0)->from_mode);
}

/* Takes back the gates of a set down to, but without, `last`. */
static void drop_gates(struct graph *graph, uint32_t set, uint32_t last)
{
    while (set != last) {
        const struct gate *gate = gates_at(&graph->gates, set);

        claims_of(&graph->locks, gate->lock)->count[gate->mode]--;
        set = gate->rest;
    }
}

/* Claims all gates of the set unless another picked context's keep it out. */
static bool claim_gates(struct attempt *attempt, uint32_t set)
{
    struct graph *graph = attempt->graph;

    for (uint32_t at = set; at != 0; at = gates_at(&graph->gates, at)->rest) {
        const struct gate *gate = gates_at(&graph->gates, at);
        struct claim *claim = claims_of(&graph->locks, gate->lock);

        attempt->no_memory |= claim == NULL;
        if (claim == NULL || claim->count[LOCK_WRITE] > 0 ||
            (gate->mode == LOCK_WRITE && claim->count[LOCK_READ] > 0)) {
            drop_gates(graph, set, at);
            return false;
        }
        claim->count[gate->mode]++;
    }
    return true;
}

static bool claim_thread(struct attempt *attempt, uint32_t thread)
{
    struct claim *claim = claims_of(&attempt->graph->threads, thread);

    attempt->no_memory |= claim == NULL;
    if (claim == NULL || (attempt->distinct && claim->count[0] > 0))
        return false;
    attempt->repeated += claim->count[0]++ > 0;
    return true;
}

static void drop_thread(struct attempt *attempt, uint32_t thread)
{
    struct claim *claim = claims_of(&attempt->graph->threads, thread);

    attempt->repeated -= --claim->count[0] > 0;
}

static bool pick(struct attempt *attempt, uint32_t i, uint32_t number)
{
    const struct context *context = context_at(attempt->graph, number);

    attempt->picked[i] = number;
    if ((attempt->patient && context->timed) || !fits_modes(attempt, i, context) ||
        !claim_thread(attempt, context->thread))
        return false;
    if (!claim_gates(attempt, context->gates)) {
        drop_thread(attempt, context->thread);
        return false;
    }
    attempt->timed += context->timed;
    return true;
}

static void put_back(struct attempt *attempt, uint32_t i)
{
    const struct context *context = picked_at(attempt, i);

    attempt->timed -= context->timed;
    drop_gates(attempt->graph, context->gates, 0);
    drop_thread(attempt, context->thread);
}

static uint32_t after(const struct attempt *attempt, uint32_t i, uint32_t number)
{
    if (i == 0)
        return 0;
    return number == 0 ? edge_at(attempt->graph, attempt->edges[i])->contexts
                       : context_at(attempt->graph, number)->next;
}

/* Picks the next one for edge i after the one that it has, 0 for none. */
static bool pick_next(struct attempt *attempt, uint32_t i)
{
    uint32_t number = attempt->picked[i];

    if (number != 0)
        put_back(attempt, i);
    number = number == 0 && i == 0 ? attempt->first : after(attempt, i, number);
    for (; number != 0; number = after(attempt, i, number)) {
        attempt->steps--;
        if (pick(attempt, i, number))
            return true;
    }
    return false;
}

static bool threads_are_ordered(struct attempt *attempt)
{
    struct graph *graph = attempt->graph;
    segment_id *ids = buffer_reserve(&graph->segment_ids, attempt->length * sizeof *ids);

    attempt->no_memory |= ids == NULL;
    attempt->steps -= STEPS_OF_ORDER;
    for (uint32_t i = 0; ids != NULL && i < attempt->length; i++)
        ids[i] = picked_at(attempt, i)->segment;
    return ids == NULL || segments_any_ordered(graph->segments, ids, attempt->length);
}

static enum graph_strength strength_of(struct attempt *attempt)
{
    if (attempt->timed > 0)
        return STRENGTH_TIMED;
    if (attempt->repeated > 0)
        return STRENGTH_SAME_THREAD;
    return threads_are_ordered(attempt) ? STRENGTH_ORDERED : STRENGTH_CONCURRENT;
}

/* All edges have one.  Returns whether it can't get worse in this attempt. */
static bool judge(struct attempt *attempt)
{
    enum graph_strength strength = strength_of(attempt);
    uint32_t *chosen = attempt->graph->chosen.start;

    if (!attempt->found || strength < attempt->best) {
        attempt->found = true;
        attempt->best = strength;
        for (uint32_t i = 0; i < attempt->length; i++)
            chosen[i] = attempt->picked[i];
    }
    return !attempt->patient ||
           attempt->best <= (attempt->distinct ? STRENGTH_CONCURRENT : STRENGTH_SAME_THREAD);
}

static long begin(struct attempt *attempt)
{
    claims_reset(&attempt->graph->locks);
    claims_reset(&attempt->graph->threads);
    attempt->repeated = attempt->timed = 0;
    attempt->picked[0] = 0;
    return STEPS + (long)STEPS_PER_EDGE * attempt->length;
}

static void go_through(struct attempt *attempt)
{
    uint32_t i = 0;

    while (attempt->steps > 0 && !attempt->no_memory) {
        if (!pick_next(attempt, i)) {
            if (i-- == 0)
                return;
        } else if (i + 1 < attempt->length) {
            attempt->picked[++i] = 0;
        } else if (judge(attempt)) {
            return;
        }
    }
}

static void try(struct attempt *attempt)
{
    long steps = begin(attempt);

    attempt->steps = steps;
    go_through(attempt);
    attempt->effort += steps - attempt->steps;
}

static void try_in_turn(struct attempt *attempt)
{
    attempt->patient = !context_at(attempt->graph, attempt->first)->timed;
    if (attempt->patient) {
        attempt->distinct = true;
        try(attempt);
        attempt->distinct = false;
        if (!attempt->found || attempt->best > STRENGTH_SAME_THREAD)
            try(attempt);
    }
    attempt->patient = false;
    if (!attempt->found)
        try(attempt);
}

enum choice_result choice_make(struct graph *graph, const uint32_t *edges, uint32_t length,
                               uint32_t first, enum graph_strength *strength, long *effort)
{
    struct attempt attempt = {.graph = graph, .edges = edges, .length = length, .first = first};

    attempt.picked = buffer_reserve(&graph->picked, length * sizeof(uint32_t));
    if (attempt.picked == NULL || buffer_reserve(&graph->chosen, length * sizeof(uint32_t)) == NULL)
        return CHOICE_NO_MEMORY;
    try_in_turn(&attempt);
    *strength = attempt.best;
    *effort -= attempt.effort;
    if (attempt.no_memory)
        return CHOICE_NO_MEMORY;
    return attempt.found ? CHOICE_FOUND : CHOICE_NONE;
}
