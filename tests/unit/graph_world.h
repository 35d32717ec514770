/* SPDX-License-Identifier: MIT */
/* A graph to try things on, and what must always be true of it. */
#ifndef PIHOOK_TESTS_GRAPH_WORLD_H
#define PIHOOK_TESTS_GRAPH_WORLD_H

#include "locks/graph.h"

#include <stdbool.h>

/* One acquisition, with the defaults of an ordinary one: written, blocking, nothing else held. */
struct acquisition {
    lock_id from, to;
    enum lock_mode from_mode, to_mode;
    bool timed;
    uint32_t thread; /* 0: by thread 1 */
    segment_id segment;
    lock_id gate, other_gate; /* held, too; 0: none */
    enum lock_mode gate_mode;
};

/* cmocka's setup and teardown; fails when the graph has lost memory. */
int world_begin(void **state);
int world_end(void **state);

extern struct segments world_segments;
extern struct graph *world;

/* graph_add() of that acquisition, the nodes made where there are none. */
enum graph_result world_add(struct acquisition acquisition, struct graph_cycle *cycle);

/* The edge between two locks by an ordinary acquisition of that thread. */
enum graph_result world_edge(lock_id from, lock_id to, uint32_t thread);

void world_remove(lock_id lock);

/* Does no edge lead to a lower rank? */
bool world_is_in_order(const struct graph *graph);

/* Do the edges of the cycle lead round, each lock met once? */
bool world_is_cycle(const struct graph_cycle *cycle);

/* A number below `bound`, the same ones in each run. */
uint32_t world_random(uint32_t bound);
void world_seed(uint64_t seed);

#define CASE_IN_WORLD(sentence, function)                \
    {                                                    \
        sentence, function, world_begin, world_end, NULL \
    }

#endif
