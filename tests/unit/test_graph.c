/* SPDX-License-Identifier: MIT */
/* The lock-order graph: what is a cycle that could deadlock, and how strong. */
#include "unit.h"

#include "graph_world.h"

#include "base/memory.h"

/* Locks are small numbers; GATE is one that no edge leads to. */
enum { A = 1, B, C, D, GATE, GATE2 };

static void opposite_orders_are_a_cycle(void **state)
{
    struct graph_cycle cycle;

    (void)state;
    assert_int_equal(world_edge(A, B, 1), GRAPH_NEW);
    assert_int_equal(world_add((struct acquisition){.from = B, .to = A, .thread = 2}, &cycle),
                     GRAPH_CYCLE);
    assert_int_equal(cycle.length, 2);
    assert_int_equal(graph_lock(world, cycle.edges[0].from), B);
    assert_int_equal(cycle.edges[0].context.thread, 2);
    assert_int_equal(cycle.edges[1].context.thread, 1);
    assert_true(world_is_cycle(&cycle));
}

static void one_order_is_no_cycle(void **state)
{
    (void)state;
    assert_int_equal(world_edge(A, B, 1), GRAPH_NEW);
    assert_int_equal(world_edge(B, C, 2), GRAPH_NEW);
    assert_int_equal(world_edge(A, C, 3), GRAPH_NEW);
}

static void the_same_acquisition_is_known(void **state)
{
    struct graph_context context = {.thread = 1};
    struct graph_gate gate = {A, LOCK_WRITE};
    graph_node a = graph_node_for(world, A), b = graph_node_for(world, B);

    (void)state;
    assert_true(graph_holding(world, &gate, 1));
    assert_false(graph_has(world, a, b, &context));
    assert_int_equal(world_edge(A, B, 1), GRAPH_NEW);
    assert_true(graph_has(world, a, b, &context));
    assert_false(graph_has(world, b, a, &context));
    assert_int_equal(world_edge(A, B, 1), GRAPH_KNOWN);
}

static void what_is_refused_is_not_kept(void **state)
{
    struct graph_context context = {.thread = 2, .refusable = true};
    struct graph_gate gate = {B, LOCK_WRITE};
    struct graph_cycle cycle;
    graph_node a = graph_node_for(world, A), b = graph_node_for(world, B);

    (void)state;
    assert_int_equal(world_edge(A, B, 1), GRAPH_NEW);
    assert_true(graph_holding(world, &gate, 1));
    for (unsigned turn = 0; turn < 3; turn++)
        assert_int_equal(graph_add(world, b, a, &context, &cycle), GRAPH_CYCLE);
    assert_int_equal(graph_counts(world).edges, 1);
    assert_int_equal(graph_counts(world).contexts, 1);
    gate.lock = A;
    context.thread = 3;
    assert_true(graph_holding(world, &gate, 1));
    assert_int_equal(graph_add(world, a, b, &context, &cycle), GRAPH_NEW);
}

static void the_shortest_cycle_is_told(void **state)
{
    struct graph_cycle cycle;

    (void)state;
    world_edge(A, B, 1);
    world_edge(B, C, 2);
    world_edge(C, D, 3);
    world_edge(A, D, 4);
    assert_int_equal(world_add((struct acquisition){.from = D, .to = A, .thread = 5}, &cycle),
                     GRAPH_CYCLE);
    assert_int_equal(cycle.length, 2);
}

static void a_common_gate_makes_no_finding(void **state)
{
    struct acquisition there = {.from = A, .to = B, .gate = GATE};
    struct acquisition back = {.from = B, .to = A, .gate = GATE, .thread = 2};

    (void)state;
    assert_int_equal(world_add(there, NULL), GRAPH_NEW);
    assert_int_equal(world_add(back, NULL), GRAPH_NEW);
    back.gate = GATE2;
    assert_int_equal(world_add(back, NULL), GRAPH_CYCLE);
}

static void a_gate_that_all_hold_for_reading_excludes_nobody(void **state)
{
    struct acquisition there = {.from = A, .to = B, .gate = GATE, .gate_mode = LOCK_READ};
    struct acquisition back = {
        .from = B, .to = A, .gate = GATE, .gate_mode = LOCK_READ, .thread = 2};

    (void)state;
    world_add(there, NULL);
    assert_int_equal(world_add(back, NULL), GRAPH_CYCLE);
}

static void a_gate_that_one_holds_for_writing_excludes_the_readers(void **state)
{
    struct acquisition there = {.from = A, .to = B, .gate = GATE, .gate_mode = LOCK_READ};
    struct acquisition back = {.from = B, .to = A, .gate = GATE, .thread = 2};

    (void)state;
    world_add(there, NULL);
    assert_int_equal(world_add(back, NULL), GRAPH_NEW);
}

static void a_gate_of_two_edges_of_three_is_enough(void **state)
{
    (void)state;
    world_add((struct acquisition){.from = A, .to = B, .gate = GATE}, NULL);
    world_add((struct acquisition){.from = B, .to = C, .gate = GATE, .thread = 2}, NULL);
    assert_int_equal(world_edge(C, A, 3), GRAPH_NEW);
    assert_int_equal(world_edge(B, C, 2), GRAPH_CYCLE);
}

static void a_known_edge_made_without_the_gate_closes_the_cycle(void **state)
{
    (void)state;
    world_add((struct acquisition){.from = A, .to = B, .gate = GATE}, NULL);
    world_add((struct acquisition){.from = B, .to = A, .gate = GATE, .thread = 2}, NULL);
    assert_int_equal(world_edge(A, B, 1), GRAPH_CYCLE);
    assert_int_equal(graph_counts(world).contexts, 2);
}

static void readers_in_both_orders_are_no_finding(void **state)
{
    struct acquisition there = {.from = A, .to = B, .from_mode = LOCK_READ, .to_mode = LOCK_READ};
    struct acquisition back = {
        .from = B, .to = A, .from_mode = LOCK_READ, .to_mode = LOCK_READ, .thread = 2};

    (void)state;
    world_add(there, NULL);
    assert_int_equal(world_add(back, NULL), GRAPH_NEW);
    back.from_mode = back.to_mode = LOCK_WRITE;
    back.thread = 3;
    assert_int_equal(world_add(back, NULL), GRAPH_CYCLE);
}

static void one_lock_that_only_readers_meet_at_breaks_the_cycle(void **state)
{
    struct acquisition there = {.from = A, .to = B, .to_mode = LOCK_READ};
    struct acquisition back = {.from = B, .to = A, .from_mode = LOCK_READ, .thread = 2};

    (void)state;
    world_add(there, NULL);
    assert_int_equal(world_add(back, NULL), GRAPH_NEW);
    back.from_mode = LOCK_WRITE;
    assert_int_equal(world_add(back, NULL), GRAPH_CYCLE);
}

static void readers_that_block_each_other_are_a_finding(void **state)
{
    struct acquisition there = {.from = A, .to = B, .from_mode = LOCK_READ, .to_mode = LOCK_READ};
    struct acquisition back = {
        .from = B, .to = A, .from_mode = LOCK_READ, .to_mode = LOCK_READ, .thread = 2};

    (void)state;
    world_add(there, NULL);
    graph_set_readers_block(world, graph_find(world, A));
    graph_set_readers_block(world, graph_find(world, B));
    assert_int_equal(world_add(back, NULL), GRAPH_CYCLE);
}

static enum graph_strength strength_of(struct acquisition there, struct acquisition back)
{
    struct graph_cycle cycle;

    assert_int_equal(world_add(there, NULL), GRAPH_NEW);
    assert_int_equal(world_add(back, &cycle), GRAPH_CYCLE);
    return cycle.strength;
}

static void unordered_threads_are_concurrent(void **state)
{
    segment_id main = segments_start(&world_segments);
    segment_id one = segments_create(&world_segments, &main);
    segment_id other = segments_create(&world_segments, &main);

    (void)state;
    assert_int_equal(
        strength_of((struct acquisition){.from = A, .to = B, .thread = 2, .segment = one},
                    (struct acquisition){.from = B, .to = A, .thread = 3, .segment = other}),
        STRENGTH_CONCURRENT);
}

static void joined_threads_are_ordered(void **state)
{
    segment_id main = segments_start(&world_segments);
    segment_id one = segments_create(&world_segments, &main);

    (void)state;
    segments_join(&world_segments, &main, one);
    assert_int_equal(
        strength_of((struct acquisition){.from = A, .to = B, .thread = 2, .segment = one},
                    (struct acquisition){.from = B, .to = A, .thread = 1, .segment = main}),
        STRENGTH_ORDERED);
}

/* Once before the other thread is there, and once while it runs. */
static void an_order_repeated_after_a_creation_is_concurrent(void **state)
{
    segment_id main = segments_start(&world_segments);
    struct acquisition again = {.from = A, .to = B, .thread = 1, .segment = main};
    struct graph_cycle cycle;

    (void)state;
    assert_int_equal(world_add(again, NULL), GRAPH_NEW);
    segment_id one = segments_create(&world_segments, &main);
    assert_int_equal(world_add((struct acquisition){B, A, .thread = 2, .segment = one}, &cycle),
                     GRAPH_CYCLE);
    assert_int_equal(cycle.strength, STRENGTH_ORDERED);
    again.segment = main;
    assert_int_equal(world_add(again, &cycle), GRAPH_CYCLE);
    assert_int_equal(cycle.strength, STRENGTH_CONCURRENT);
    assert_int_equal(world_add(again, &cycle), GRAPH_KNOWN);
}

/* The first and the latest are enough: all others lie between them. */
static void of_one_thread_two_contexts_are_kept(void **state)
{
    segment_id main = segments_start(&world_segments);
    struct acquisition again = {.from = A, .to = B, .thread = 1, .segment = main};

    (void)state;
    for (unsigned i = 0; i < 30; i++) {
        assert_int_equal(world_add(again, NULL), GRAPH_NEW);
        segments_create(&world_segments, &main);
        again.segment = main;
    }
    assert_int_equal(graph_counts(world).contexts, 2);
}

static void both_orders_by_one_thread_are_said_to_be(void **state)
{
    (void)state;
    assert_int_equal(strength_of((struct acquisition){.from = A, .to = B},
                                 (struct acquisition){.from = B, .to = A}),
                     STRENGTH_SAME_THREAD);
}

static void an_acquisition_that_gives_up_makes_it_timed(void **state)
{
    (void)state;
    assert_int_equal(strength_of((struct acquisition){.from = A, .to = B, .timed = true},
                                 (struct acquisition){.from = B, .to = A, .thread = 2}),
                     STRENGTH_TIMED);
}

static void the_strongest_of_several_contexts_is_told(void **state)
{
    (void)state;
    world_add((struct acquisition){.from = A, .to = B, .timed = true, .thread = 3}, NULL);
    world_edge(A, B, 2);
    assert_int_equal(strength_of((struct acquisition){.from = A, .to = B, .thread = 1},
                                 (struct acquisition){.from = B, .to = A, .thread = 2}),
                     STRENGTH_CONCURRENT);
}

static void a_concurrent_cycle_is_preferred_to_a_shorter_one(void **state)
{
    struct graph_cycle cycle;

    (void)state;
    world_edge(A, B, 1);
    world_edge(A, C, 2);
    world_edge(C, B, 3);
    assert_int_equal(world_add((struct acquisition){.from = B, .to = A, .thread = 1}, &cycle),
                     GRAPH_CYCLE);
    assert_int_equal(cycle.strength, STRENGTH_CONCURRENT);
    assert_int_equal(cycle.length, 3);
}

static void a_cycle_without_what_is_set_aside_is_preferred(void **state)
{
    segment_id main = segments_start(&world_segments);
    segment_id one = segments_create(&world_segments, &main);
    struct graph_cycle cycle;

    (void)state;
    segments_join(&world_segments, &main, one);
    world_add((struct acquisition){A, B, .thread = 2, .segment = one}, NULL);
    world_edge(A, C, 3);
    world_edge(C, B, 4);
    graph_set_aside(world, graph_find(world, C));
    assert_int_equal(world_add((struct acquisition){B, A, .thread = 1, .segment = main}, &cycle),
                     GRAPH_CYCLE);
    assert_int_equal(cycle.length, 2);
    assert_int_equal(cycle.strength, STRENGTH_ORDERED);
}

static void what_is_set_aside_is_told_where_nothing_else_is(void **state)
{
    struct graph_cycle cycle;

    (void)state;
    world_edge(A, C, 1);
    graph_set_aside(world, graph_find(world, C));
    world_edge(C, B, 2);
    assert_int_equal(world_add((struct acquisition){B, A, .thread = 3}, &cycle), GRAPH_CYCLE);
    assert_int_equal(cycle.length, 3);
}

static void a_fourth_thread_adds_nothing(void **state)
{
    (void)state;
    for (uint32_t thread = 1; thread <= 3; thread++)
        assert_int_equal(world_edge(A, B, thread), GRAPH_NEW);
    assert_int_equal(world_edge(A, B, 4), GRAPH_KNOWN);
    assert_int_equal(graph_counts(world).contexts, 3);
}

static void a_context_with_more_gates_is_not_kept(void **state)
{
    (void)state;
    world_edge(A, B, 1);
    assert_int_equal(world_add((struct acquisition){.from = A, .to = B, .gate = GATE}, NULL),
                     GRAPH_KNOWN);
    assert_int_equal(world_add((struct acquisition){.from = A, .to = B, .timed = true}, NULL),
                     GRAPH_KNOWN);
    assert_int_equal(graph_counts(world).contexts, 1);
}

static void a_gate_held_for_reading_only_is_news(void **state)
{
    struct acquisition there = {.from = A, .to = B, .gate = GATE};

    (void)state;
    assert_int_equal(world_add(there, NULL), GRAPH_NEW);
    there.gate_mode = LOCK_READ;
    assert_int_equal(world_add(there, NULL), GRAPH_NEW);
    assert_int_equal(graph_counts(world).contexts, 1);
    assert_int_equal(world_add(there, NULL), GRAPH_KNOWN);
}

static void no_more_contexts_of_an_edge_are_kept_than_the_bound(void **state)
{
    (void)state;
    for (lock_id gate = 0; gate < 100; gate++)
        world_add((struct acquisition){.from = A, .to = B, .gate = GATE + gate}, NULL);
    assert_int_equal(graph_counts(world).contexts, 16);
    assert_int_equal(graph_counts(world).refused, 0);
}

static void a_removed_lock_takes_its_edges_with_it(void **state)
{
    (void)state;
    world_edge(A, B, 1);
    world_edge(B, C, 1);
    world_remove(B);
    assert_int_equal(graph_find(world, B), 0);
    assert_int_equal(graph_counts(world).edges, 0);
    assert_int_equal(graph_counts(world).nodes, 2);
    assert_int_equal(world_edge(C, A, 2), GRAPH_NEW);
}

static void a_lock_at_a_number_used_before_has_no_past(void **state)
{
    (void)state;
    world_edge(A, B, 1);
    world_remove(B);
    assert_int_equal(world_edge(D, A, 2), GRAPH_NEW);
    assert_int_equal(world_edge(A, B, 2), GRAPH_NEW);
    assert_int_equal(world_edge(B, D, 3), GRAPH_CYCLE);
}

static void count_edge(void *argument, const struct graph_edge *edge)
{
    *(unsigned *)argument += edge->from != edge->to;
}

static void every_context_of_every_edge_is_visited(void **state)
{
    unsigned visits = 0;

    (void)state;
    world_edge(A, B, 1);
    world_edge(A, B, 2);
    world_edge(B, C, 2);
    world_remove(C);
    world_edge(B, D, 2);
    graph_each_edge(world, count_edge, &visits);
    assert_int_equal(visits, 3);
}

static unsigned dropped; /* stacks, added up */

static void drop(uint32_t stack)
{
    dropped += stack;
}

static enum graph_result add_with_stack(lock_id from, lock_id to, lock_id gate, uint32_t stack)
{
    struct graph_context context = {.thread = 1, .stack = stack};
    struct graph_gate gates[] = {{from, LOCK_WRITE}, {gate, LOCK_WRITE}};
    struct graph_cycle cycle;

    assert_true(graph_holding(world, gates, gate == 0 ? 1 : 2));
    return graph_add(world, graph_node_for(world, from), graph_node_for(world, to), &context,
                     &cycle);
}

static void a_context_that_is_kept_no_more_is_dropped_once(void **state)
{
    (void)state;
    dropped = 0;
    graph_on_drop(world, drop);
    assert_int_equal(add_with_stack(A, B, GATE, 1), GRAPH_NEW);
    assert_int_equal(add_with_stack(A, B, GATE, 10), GRAPH_KNOWN);
    assert_int_equal(dropped, 0);
    assert_int_equal(add_with_stack(A, B, 0, 100), GRAPH_NEW);
    assert_int_equal(dropped, 1);
    world_remove(A);
    assert_int_equal(dropped, 101);
}

/* So many acquisitions that the new one's search needs more memory than there is. */
/* A million ways there, all behind one gate, and one back. */
static void a_search_that_is_too_much_effort_is_counted(void **state)
{
    enum { LAYERS = 7, WIDTH = 10 };
    struct acquisition way = {.gate = GATE};

    (void)state;
    for (lock_id layer = 0; layer + 1 < LAYERS; layer++)
        for (lock_id i = 0; i < WIDTH * WIDTH; i++) {
            way.from = 100 + layer * WIDTH + i / WIDTH;
            way.to = 100 + (layer + 1) * WIDTH + i % WIDTH;
            way.thread = 1 + (uint32_t)i % 3;
            assert_int_equal(world_add(way, NULL), GRAPH_NEW);
        }
    assert_int_equal(graph_counts(world).given_up, 0);
    way = (struct acquisition){.from = 100 + (LAYERS - 1) * WIDTH, .to = 100, .thread = 4};
    assert_int_equal(world_add(way, NULL), GRAPH_NEW);
    assert_int_equal(graph_counts(world).given_up, 1);
}

static void what_memory_refused_is_not_dropped(void **state)
{
    uint32_t kept = 0;

    (void)state;
    dropped = 0;
    graph_on_drop(world, drop);
    for (lock_id lock = 1; lock < 3000; lock++)
        kept += add_with_stack(lock, lock + 1, 0, 1) == GRAPH_NEW;
    memory_bound(1);
    assert_int_equal(add_with_stack(3000, 1, 0, 1), GRAPH_NO_MEMORY);
    assert_int_equal(dropped, 0);
    assert_int_equal(graph_counts(world).contexts, kept);
    memory_bound(0);
    assert_int_equal(add_with_stack(3000, 1, 0, 1), GRAPH_CYCLE);
}

/* The bound rises page by page: memory ends at every place where the graph asks for it. */
static void without_memory_the_graph_stays_usable(void **state)
{
    size_t now = memory_taken();
    uint64_t refused = 0;

    (void)state;
    for (size_t more = 0; more < 300; more++) {
        memory_bound(now + more * 4096);
        for (lock_id lock = 1; lock < 200; lock++) {
            lock_id from = 1 + world_random(200), to = 1 + world_random(200);

            refused += world_add((struct acquisition){.from = from,
                                                      .to = to == from ? 300 : to,
                                                      .thread = 1 + world_random(3),
                                                      .gate = 400 + world_random(100)},
                                 NULL) == GRAPH_NO_MEMORY;
        }
        assert_true(world_is_in_order(world));
    }
    assert_true(refused > 0);
    memory_bound(0);
    world_edge(1000, 1001, 1);
    assert_int_equal(world_edge(1001, 1000, 2), GRAPH_CYCLE);
}

static void what_memory_refused_is_counted(void **state)
{
    (void)state;
    world_edge(A, B, 1);
    memory_bound(1);
    for (lock_id lock = 0; lock < 1000; lock++)
        world_edge(A, 1000 + lock, 1);
    assert_true(graph_counts(world).nodes < 1000);
    assert_int_equal(graph_counts(world).nodes + graph_counts(world).refused, 1002);
    assert_int_equal(world_edge(A, B, 1), GRAPH_KNOWN);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_WORLD("opposite orders are a cycle", opposite_orders_are_a_cycle),
        CASE_IN_WORLD("one order is no cycle", one_order_is_no_cycle),
        CASE_IN_WORLD("the same acquisition is known", the_same_acquisition_is_known),
        CASE_IN_WORLD("an acquisition that is refused for its cycle leaves nothing behind",
                      what_is_refused_is_not_kept),
        CASE_IN_WORLD("the shortest cycle is told", the_shortest_cycle_is_told),
        CASE_IN_WORLD("a common gate makes no finding", a_common_gate_makes_no_finding),
        CASE_IN_WORLD("a gate that all hold for reading excludes nobody",
                      a_gate_that_all_hold_for_reading_excludes_nobody),
        CASE_IN_WORLD("a gate that one holds for writing excludes the readers",
                      a_gate_that_one_holds_for_writing_excludes_the_readers),
        CASE_IN_WORLD("a gate of two edges of three is enough",
                      a_gate_of_two_edges_of_three_is_enough),
        CASE_IN_WORLD("a known edge made without the gate closes the cycle",
                      a_known_edge_made_without_the_gate_closes_the_cycle),
        CASE_IN_WORLD("readers in both orders are no finding",
                      readers_in_both_orders_are_no_finding),
        CASE_IN_WORLD("one lock that only readers meet at breaks the cycle",
                      one_lock_that_only_readers_meet_at_breaks_the_cycle),
        CASE_IN_WORLD("readers that block each other are a finding",
                      readers_that_block_each_other_are_a_finding),
        CASE_IN_WORLD("unordered threads are concurrent", unordered_threads_are_concurrent),
        CASE_IN_WORLD("joined threads are ordered", joined_threads_are_ordered),
        CASE_IN_WORLD("an order repeated after a creation is concurrent",
                      an_order_repeated_after_a_creation_is_concurrent),
        CASE_IN_WORLD("of one thread two contexts are kept", of_one_thread_two_contexts_are_kept),
        CASE_IN_WORLD("both orders by one thread are said to be",
                      both_orders_by_one_thread_are_said_to_be),
        CASE_IN_WORLD("an acquisition that gives up makes it timed",
                      an_acquisition_that_gives_up_makes_it_timed),
        CASE_IN_WORLD("the strongest of several contexts is told",
                      the_strongest_of_several_contexts_is_told),
        CASE_IN_WORLD("a concurrent cycle is preferred to a shorter one",
                      a_concurrent_cycle_is_preferred_to_a_shorter_one),
        CASE_IN_WORLD("a cycle without what is set aside is preferred",
                      a_cycle_without_what_is_set_aside_is_preferred),
        CASE_IN_WORLD("what is set aside is told where nothing else is",
                      what_is_set_aside_is_told_where_nothing_else_is),
        CASE_IN_WORLD("a fourth thread adds nothing", a_fourth_thread_adds_nothing),
        CASE_IN_WORLD("a context with more gates is not kept",
                      a_context_with_more_gates_is_not_kept),
        CASE_IN_WORLD("a gate held for reading only is news", a_gate_held_for_reading_only_is_news),
        CASE_IN_WORLD("no more contexts of an edge are kept than the bound",
                      no_more_contexts_of_an_edge_are_kept_than_the_bound),
        CASE_IN_WORLD("a removed lock takes its edges with it",
                      a_removed_lock_takes_its_edges_with_it),
        CASE_IN_WORLD("a lock at a number used before has no past",
                      a_lock_at_a_number_used_before_has_no_past),
        CASE_IN_WORLD("every context of every edge is visited",
                      every_context_of_every_edge_is_visited),
        CASE_IN_WORLD("a context that is kept no more is dropped once",
                      a_context_that_is_kept_no_more_is_dropped_once),
        CASE_IN_WORLD("a search that is too much effort is counted",
                      a_search_that_is_too_much_effort_is_counted),
        CASE_IN_WORLD("what memory refused is not dropped", what_memory_refused_is_not_dropped),
        CASE_IN_WORLD("without memory the graph stays usable",
                      without_memory_the_graph_stays_usable),
        CASE_IN_WORLD("what memory refused is counted", what_memory_refused_is_counted),
    };

    return RUN_CASES(cases);
}
