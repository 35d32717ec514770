/* SPDX-License-Identifier: MIT */
/*
 * What a new edge of the lock-order graph costs, in nanoseconds: 10,000 locks and 100,000
 * edges, in an order that agrees with the locks' age and in a hidden one, without cycles; with
 * some; and with locks that come and go.
 */
#include "base/memory.h"
#include "locks/graph.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LOCKS = 10000, EDGES = 100000 };

static struct pair {
    uint32_t from, to;
} pairs[EDGES];

static uint32_t place[LOCKS]; /* of a lock in a hidden order */

static uint32_t random_below(uint32_t bound)
{
    return (uint32_t)random() % bound;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void shuffle_places(void)
{
    for (uint32_t i = 0; i < LOCKS; i++)
        place[i] = i;
    for (uint32_t i = LOCKS; i > 1; i--) {
        uint32_t other = random_below(i), kept = place[i - 1];

        place[i - 1] = place[other];
        place[other] = kept;
    }
}

/* One pair in `against` contradicts the hidden order; 0: none does. */
static void make_pairs(uint32_t against)
{
    for (uint32_t i = 0; i < EDGES;) {
        uint32_t a = random_below(LOCKS), b = random_below(LOCKS);
        int wanted = against == 0 || random_below(against) != 0;

        if (a != b)
            pairs[i++] =
                (place[a] < place[b]) == wanted ? (struct pair){a, b} : (struct pair){b, a};
    }
}

static enum graph_result add(struct graph *graph, struct pair pair)
{
    struct graph_gate gate = {pair.from + 1, LOCK_WRITE};
    struct graph_context context = {.thread = 1 + pair.from % 7};
    struct graph_cycle cycle;

    if (!graph_holding(graph, &gate, 1))
        return GRAPH_NO_MEMORY;
    return graph_add(graph, graph_node_for(graph, pair.from + 1),
                     graph_node_for(graph, pair.to + 1), &context, &cycle);
}

/* At every so many edges a lock ends, to be made anew when an edge wants it; 0: none does. */
static void measure(const char *name, uint32_t renewed)
{
    struct segments segments;
    uint32_t results[4] = {0};
    double worst = 0, start, end;
    size_t memory = memory_taken();

    segments_init(&segments);
    struct graph *graph = graph_new(&segments);
    for (uint32_t i = 0; i < LOCKS; i++)
        graph_node_for(graph, i + 1);
    start = now();
    for (uint32_t i = 0; i < EDGES; i++) {
        double before = now();

        results[add(graph, pairs[i])]++;
        if (now() - before > worst)
            worst = now() - before;
        if (renewed != 0 && i % renewed == 0)
            graph_remove(graph, graph_find(graph, pairs[i / 2].from + 1));
    }
    end = now();
    printf("%-28s %8.0f ns a new edge, %9.0f the worst; %u cycles, %zu bytes an edge\n", name,
           (end - start) / EDGES, worst, results[GRAPH_CYCLE],
           (memory_taken() - memory) / graph_counts(graph).edges);
    graph_delete(graph);
}

int main(void)
{
    for (uint32_t i = 0; i < LOCKS; i++)
        place[i] = i;
    make_pairs(0);
    measure("in the order of age", 0);
    shuffle_places();
    make_pairs(0);
    measure("in another order", 0);
    make_pairs(10000);
    measure("10 of them contradict it", 0);
    measure("and locks end", 10);
    return 0;
}
