/* SPDX-License-Identifier: MIT */
/* The lock-order graph with many locks, against reachability by walking. */
#include "unit.h"

#include "graph_world.h"

#include "base/memory.h"

/* The reference: a matrix of edges. */
enum { FEW = 60 };
static bool edges[FEW + 1][FEW + 1];

static bool leads_to(lock_id from, lock_id to, bool seen[FEW + 1])
{
    if (from == to)
        return true;
    seen[from] = true;
    for (lock_id next = 1; next <= FEW; next++)
        if (edges[from][next] && !seen[next] && leads_to(next, to, seen))
            return true;
    return false;
}

static bool closes_cycle(lock_id from, lock_id to)
{
    bool seen[FEW + 1] = {false};

    return leads_to(to, from, seen);
}

static void remove_everywhere(lock_id lock)
{
    if (graph_find(world, lock) != 0)
        world_remove(lock);
    for (lock_id other = 1; other <= FEW; other++)
        edges[lock][other] = edges[other][lock] = false;
}

/* An acquisition by a thread of its own each: every cycle can deadlock. */
static void add_and_compare(uint32_t thread)
{
    lock_id from = 1 + world_random(FEW), to = 1 + world_random(FEW);
    enum graph_result result, right;

    if (from == to || edges[from][to])
        return;
    right = closes_cycle(from, to) ? GRAPH_CYCLE : GRAPH_NEW;
    result = world_edge(from, to, thread);
    assert_int_equal(result, right);
    assert_true(world_is_in_order(world));
    edges[from][to] = true;
}

static void compare(uint32_t steps, uint32_t removals)
{
    for (lock_id lock = 1; lock <= FEW; lock++)
        remove_everywhere(lock);
    for (uint32_t step = 1; step <= steps; step++) {
        if (world_random(100) < removals)
            remove_everywhere(1 + world_random(FEW));
        else
            add_and_compare(step);
    }
}

static void random_edges_and_removals_answer_as_a_walk_does(void **state)
{
    (void)state;
    for (uint32_t removals = 0; removals <= 40; removals += 5)
        compare(10000, removals);
}

static void a_cycle_of_any_length_is_found(void **state)
{
    const uint32_t lengths[] = {3, 8, 500, 10000};
    lock_id first = 1;
    struct graph_cycle cycle;

    (void)state;
    for (unsigned i = 0; i < 4; first += lengths[i++]) {
        lock_id last = first + lengths[i] - 1;

        for (lock_id lock = first; lock < last; lock++)
            assert_int_equal(world_edge(lock, lock + 1, (uint32_t)lock), GRAPH_NEW);
        assert_int_equal(
            world_add((struct acquisition){.from = last, .to = first, .thread = (uint32_t)last},
                      &cycle),
            GRAPH_CYCLE);
        assert_int_equal(cycle.length, lengths[i]);
        assert_int_equal(cycle.strength, STRENGTH_CONCURRENT);
        assert_true(world_is_cycle(&cycle));
    }
    assert_true(world_is_in_order(world));
}

/* The edges come from the end of the chain to its start: each contradicts the ranks. */
static void a_cycle_made_against_the_order_of_age_is_found(void **state)
{
    struct graph_cycle cycle;

    (void)state;
    for (lock_id lock = 1; lock <= 3000; lock++)
        graph_node_for(world, lock);
    for (lock_id lock = 1; lock < 3000; lock++)
        assert_int_equal(world_edge(lock + 1, lock, (uint32_t)lock), GRAPH_NEW);
    assert_int_equal(world_add((struct acquisition){.from = 1, .to = 3000, .thread = 9999}, &cycle),
                     GRAPH_CYCLE);
    assert_int_equal(cycle.length, 3000);
}

static void ten_thousand_locks_in_a_hidden_order_make_no_finding(void **state)
{
    enum { LOCKS = 10000 };
    static uint32_t place[LOCKS + 1];

    (void)state;
    for (uint32_t i = 1; i <= LOCKS; i++)
        place[i] = world_random(UINT32_MAX);
    for (uint32_t i = 0; i < 50000; i++) {
        uint32_t a = 1 + world_random(LOCKS), b = 1 + world_random(LOCKS);

        if (place[a] < place[b])
            assert_int_not_equal(world_edge(a, b, 1 + world_random(9)), GRAPH_CYCLE);
        if (i % 10 == 0 && graph_find(world, b) != 0)
            world_remove(b);
    }
    assert_true(world_is_in_order(world));
}

static void a_lock_held_with_200_others_is_added_once_for_each(void **state)
{
    struct graph_gate gates[200];
    struct graph_context context = {.thread = 1};
    struct graph_cycle cycle;
    graph_node to = graph_node_for(world, 1000);

    (void)state;
    for (uint32_t i = 0; i < 200; i++)
        gates[i] = (struct graph_gate){.lock = 200 - i};
    assert_true(graph_holding(world, gates, 200));
    for (uint32_t i = 0; i < 200; i++)
        assert_int_equal(
            graph_add(world, graph_node_for(world, gates[i].lock), to, &context, &cycle),
            GRAPH_NEW);
    assert_int_equal(graph_counts(world).contexts, 200);
}

/* One round: a lock that lives shortly, below, above and in a cycle with lasting ones. */
static void live_shortly(lock_id lock, uint32_t round)
{
    world_edge(1 + round % 3, lock, 1);
    world_add(
        (struct acquisition){
            .from = lock, .to = 4 + round % 3, .thread = 2, .gate = 10 + round % 5},
        NULL);
    if (round % 7 == 0)
        world_edge(lock, 1 + round % 3, 3);
    world_remove(lock);
}

static void locks_that_end_leave_no_memory_behind(void **state)
{
    size_t taken = 0;

    (void)state;
    for (uint32_t round = 0; round < 1000000; round++) {
        live_shortly(1000 + round, round);
        if (round == 1000)
            taken = memory_taken();
    }
    assert_int_equal(memory_taken(), taken);
    assert_int_equal(graph_counts(world).edges, 0);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_WORLD("random edges and removals answer as a walk does",
                      random_edges_and_removals_answer_as_a_walk_does),
        CASE_IN_WORLD("a cycle of any length is found", a_cycle_of_any_length_is_found),
        CASE_IN_WORLD("a cycle made against the order of age is found",
                      a_cycle_made_against_the_order_of_age_is_found),
        CASE_IN_WORLD("ten thousand locks in a hidden order make no finding",
                      ten_thousand_locks_in_a_hidden_order_make_no_finding),
        CASE_IN_WORLD("a lock held with 200 others is added once for each",
                      a_lock_held_with_200_others_is_added_once_for_each),
        CASE_IN_WORLD("locks that end leave no memory behind",
                      locks_that_end_leave_no_memory_behind),
    };

    return RUN_CASES(cases);
}
