/* SPDX-License-Identifier: MIT */
/*
 * Ways are tried in turn.  There are few for an edge and a bound keeps it short.  Called for
 * each cycle that cycles.c meets.
 */
#include "graph/choice.h"

enum { STEPS = 20000 };

struct attempt {
    const struct graph *graph;
    const struct ways *ways;
    unsigned length;
    bool several;      /* some class of the cycle has several locks */
    bool alone;        /* of one process only, */
    uint32_t avoid;    /* ways without any of these flags, */
    bool not_all_main; /* and not all by first threads */
    long steps;
    uint32_t chosen[CYCLE_EDGES_MOST];
    struct spans common[CYCLE_EDGES_MOST]; /* processes that have shown all up to there */
};

static const struct graph_edge *edge_at(const struct attempt *attempt, unsigned i)
{
    return &attempt->graph->edges.items[attempt->chosen[i]];
}

/* Several locks can keep threads apart only where there are several of what they protect. */
static bool is_gate(const struct attempt *attempt, uint32_t class)
{
    const struct graph_class *gate = &attempt->graph->classes.items[class];

    return !gate->signal && (!gate->several || attempt->several);
}

/* Have they a class in common that one of them holds for writing? */
static bool exclude(const struct attempt *attempt, const struct graph_edge *one,
                    const struct graph_edge *other)
{
    size_t left_count, right_count;
    const uint32_t *left = graph_numbers(&attempt->graph->held, one->held, &left_count);
    const uint32_t *right = graph_numbers(&attempt->graph->held, other->held, &right_count);

    for (size_t i = 0, j = 0; i < left_count && j < right_count;) {
        if (left[i] >> 1 < right[j] >> 1) {
            i++;
        } else if (left[i] >> 1 > right[j] >> 1) {
            j++;
        } else {
            if ((left[i] & right[j] & 1) == 0 && is_gate(attempt, left[i] >> 1))
                return true;
            i++;
            j++;
        }
    }
    return false;
}

/* Does the thread of one wait, at its `to`, for that of the next? */
static bool waits_for(const struct attempt *attempt, const struct graph_edge *one,
                      const struct graph_edge *next)
{
    return !(one->flags & EDGE_TO_READ) || !(next->flags & EDGE_FROM_READ) ||
           attempt->graph->classes.items[next->from].readers_block;
}

static bool fits(struct attempt *attempt, unsigned i)
{
    const struct graph_edge *edge = edge_at(attempt, i);

    if ((edge->flags & attempt->avoid) != 0 ||
        (i > 0 && !waits_for(attempt, edge_at(attempt, i - 1), edge)) ||
        (i + 1 == attempt->length && !waits_for(attempt, edge, edge_at(attempt, 0))))
        return false;
    for (unsigned j = 0; j < i; j++)
        if (exclude(attempt, edge_at(attempt, j), edge))
            return false;
    if (!attempt->alone)
        return true;
    if (i == 0)
        spans_copy(&attempt->common[i], &edge->processes);
    else
        spans_common(&attempt->common[i], &attempt->common[i - 1], &edge->processes);
    return attempt->common[i].count > 0;
}

static bool all_main(const struct attempt *attempt)
{
    bool all = true;

    for (unsigned i = 0; i < attempt->length; i++)
        all = all && (edge_at(attempt, i)->flags & EDGE_MAIN) != 0;
    return all;
}

/* Chooses for edge i and all behind it. */
static bool choose(struct attempt *attempt, unsigned i)
{
    if (i == attempt->length)
        return !attempt->not_all_main || !all_main(attempt);
    for (uint32_t way = 0; way < attempt->ways[i].count; way++) {
        if (--attempt->steps < 0)
            return false;
        attempt->chosen[i] = attempt->ways[i].edges[way];
        if (fits(attempt, i) && choose(attempt, i + 1))
            return true;
    }
    return false;
}

static bool any_several(const struct attempt *attempt)
{
    bool any = false;

    for (unsigned i = 0; i < attempt->length; i++)
        any |= attempt->graph->classes
                   .items[attempt->graph->edges.items[attempt->ways[i].edges[0]].from]
                   .several;
    return any;
}

static bool a_process_has_all(struct attempt *attempt)
{
    bool has;

    attempt->alone = true;
    has = choose(attempt, 0);
    attempt->alone = false;
    for (unsigned i = 0; i < attempt->length; i++)
        spans_clear(&attempt->common[i]);
    return has;
}

/* The worst for the program first. */
static bool choose_worst(struct attempt *attempt)
{
    static const struct {
        uint32_t avoid;
        bool not_all_main;
    } RANKS[] = {{EDGE_TIMED, true}, {EDGE_TIMED, false}, {0, false}};

    for (unsigned i = 0; i < sizeof RANKS / sizeof *RANKS; i++) {
        attempt->avoid = RANKS[i].avoid;
        attempt->not_all_main = RANKS[i].not_all_main;
        if (choose(attempt, 0))
            return true;
    }
    return false;
}

enum choice choice_make(const struct graph *graph, const struct ways *ways, uint32_t *chosen,
                        struct cycle *cycle)
{
    struct attempt attempt = {
        .graph = graph, .ways = ways, .length = cycle->length, .steps = STEPS};
    bool found;

    cycle->several = attempt.several = any_several(&attempt);
    if (a_process_has_all(&attempt))
        return CHOICE_NONE;
    found = choose_worst(&attempt);
    if (attempt.steps < 0)
        return CHOICE_TOO_MUCH;
    cycle->timed = cycle->main = false;
    for (unsigned i = 0; found && i < attempt.length; i++) {
        chosen[i] = attempt.chosen[i];
        cycle->timed |= (edge_at(&attempt, i)->flags & EDGE_TIMED) != 0;
    }
    cycle->main = found && all_main(&attempt);
    cycle->edges = chosen;
    return found ? CHOICE_FOUND : CHOICE_NONE;
}
