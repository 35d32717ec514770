/* SPDX-License-Identifier: MIT */
/*
 * Small graphs of random acquisitions, against a search that tries everything: all simple
 * cycles through the new acquisition, and in each all choices of an acquisition per edge.
 */
#include "unit.h"

#include "graph_world.h"

enum { LOCKS = 6, THREADS = 5, MOST = 40, ROUNDS = 6000, NONE = STRENGTH_TIMED + 1 };

static struct acquisition made[MOST];
static uint32_t made_count;
static bool blocks[LOCKS + 1];
static segment_id segment_of[THREADS + 1];

/* The search: acquisitions from made[] that follow each other. */
static uint32_t chain[LOCKS], chain_length;
static unsigned best;

static bool conflict(lock_id lock, enum lock_mode one, enum lock_mode other)
{
    return one == LOCK_WRITE || other == LOCK_WRITE || blocks[lock];
}

struct holding {
    lock_id lock;
    enum lock_mode mode;
};

static void holdings(const struct acquisition *acquisition, struct holding held[3])
{
    held[0] = (struct holding){acquisition->from, acquisition->from_mode};
    held[1] = (struct holding){acquisition->gate, acquisition->gate_mode};
    held[2] = (struct holding){acquisition->other_gate, LOCK_WRITE};
}

static bool exclude(const struct acquisition *a, const struct acquisition *b)
{
    struct holding one[3], other[3];

    holdings(a, one);
    holdings(b, other);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (one[i].lock != 0 && one[i].lock == other[j].lock &&
                (one[i].mode == LOCK_WRITE || other[j].mode == LOCK_WRITE))
                return true;
    return false;
}

static bool chain_can_deadlock(void)
{
    for (uint32_t i = 0; i < chain_length; i++) {
        const struct acquisition *a = &made[chain[i]];
        const struct acquisition *next = &made[chain[(i + 1) % chain_length]];

        if (!conflict(a->to, a->to_mode, next->from_mode))
            return false;
        for (uint32_t j = 0; j < i; j++)
            if (exclude(a, &made[chain[j]]))
                return false;
    }
    return true;
}

static unsigned chain_strength(void)
{
    bool repeated = false, ordered = false, timed = false;

    for (uint32_t i = 0; i < chain_length; i++) {
        timed |= made[chain[i]].timed;
        for (uint32_t j = 0; j < i; j++) {
            const struct acquisition *a = &made[chain[i]], *b = &made[chain[j]];

            repeated |= a->thread == b->thread;
            ordered |= segments_are_ordered(&world_segments, a->segment, b->segment);
        }
    }
    if (timed)
        return STRENGTH_TIMED;
    if (repeated)
        return STRENGTH_SAME_THREAD;
    return ordered ? STRENGTH_ORDERED : STRENGTH_CONCURRENT;
}

static bool is_passed(lock_id lock)
{
    for (uint32_t i = 0; i < chain_length; i++)
        if (made[chain[i]].from == lock)
            return true;
    return false;
}

static void extend(void)
{
    lock_id at = made[chain[chain_length - 1]].to;

    if (at == made[chain[0]].from) {
        if (chain_can_deadlock() && chain_strength() < best)
            best = chain_strength();
        return;
    }
    for (uint32_t i = 0; i < made_count; i++)
        if (made[i].from == at && !is_passed(at)) {
            chain[chain_length++] = i;
            extend();
            chain_length--;
        }
}

/* The strength of the worst cycle through the latest acquisition. */
static unsigned expected(void)
{
    best = NONE;
    chain[0] = made_count - 1;
    chain_length = 1;
    extend();
    return best;
}

static struct acquisition random_acquisition(void)
{
    struct acquisition made_up = {.from = 1 + world_random(LOCKS),
                                  .thread = 1 + world_random(THREADS),
                                  .from_mode = world_random(3) == 0,
                                  .to_mode = world_random(3) == 0,
                                  .timed = world_random(5) == 0};

    do
        made_up.to = 1 + world_random(LOCKS);
    while (made_up.to == made_up.from);
    made_up.segment = segment_of[made_up.thread];
    if (world_random(2) == 0) {
        made_up.gate = 1 + world_random(LOCKS + 2);
        made_up.gate_mode = world_random(2) == 0;
    }
    if (world_random(4) == 0)
        made_up.other_gate = 1 + world_random(LOCKS + 2);
    /* What it holds it doesn't wait for, nor hold in two modes. */
    if (made_up.gate == made_up.to || made_up.gate == made_up.from)
        made_up.gate = 0;
    if (made_up.other_gate == made_up.to || made_up.other_gate == made_up.from ||
        made_up.other_gate == made_up.gate)
        made_up.other_gate = 0;
    return made_up;
}

/* Some threads follow each other, some don't. */
static void make_threads(void)
{
    segment_id main = segments_start(&world_segments);

    for (uint32_t thread = 1; thread <= THREADS; thread++) {
        segment_of[thread] = segments_create(&world_segments, &main);
        if (world_random(2) == 0)
            segments_join(&world_segments, &main, segment_of[thread]);
    }
}

static void forget(void)
{
    for (lock_id lock = 1; lock <= LOCKS; lock++)
        if (graph_find(world, lock) != 0)
            world_remove(lock);
    made_count = 0;
}

static void choose_blocking(void)
{
    for (lock_id lock = 1; lock <= LOCKS; lock++) {
        graph_node node = graph_node_for(world, lock);

        blocks[lock] = world_random(6) == 0;
        if (blocks[lock])
            graph_set_readers_block(world, node);
    }
}

/* So few of one edge that none is left out for a bound on contexts. */
static bool is_crowded(const struct acquisition *news)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < made_count; i++)
        count += made[i].from == news->from && made[i].to == news->to;
    return count >= 3;
}

static void check_cycle(const struct graph_cycle *cycle, const struct acquisition *news)
{
    assert_int_equal(cycle->strength, best);
    assert_true(world_is_cycle(cycle));
    assert_int_equal(graph_lock(world, cycle->edges[0].from), news->from);
    assert_int_equal(cycle->edges[0].context.thread, news->thread);
}

/* What is known isn't looked at again, but all later cycles may go through it. */
static void check_one(void)
{
    struct acquisition news = random_acquisition();
    struct graph_cycle cycle;
    enum graph_result result;

    if (is_crowded(&news))
        return;
    made[made_count++] = news;
    result = world_add(news, &cycle);
    if (result == GRAPH_KNOWN)
        return;
    assert_int_equal(result, expected() == NONE ? GRAPH_NEW : GRAPH_CYCLE);
    if (result == GRAPH_CYCLE)
        check_cycle(&cycle, &news);
    assert_true(world_is_in_order(world));
}

static void every_cycle_that_could_deadlock_is_found_and_no_other(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t count = 4 + world_random(MOST - 4);

        forget();
        make_threads();
        choose_blocking();
        for (uint32_t i = 0; i < count; i++)
            check_one();
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_WORLD("every cycle that could deadlock is found and no other",
                      every_cycle_that_could_deadlock_is_found_and_no_other),
    };

    return RUN_CASES(cases);
}
