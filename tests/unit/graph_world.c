/* SPDX-License-Identifier: MIT */
#include "graph_world.h"

#include "unit.h"

#include "base/memory.h"
#include "locks/graph_data.h"

struct segments world_segments;
struct graph *world;
static uint64_t seed;
static size_t before;

int world_begin(void **state)
{
    (void)state;
    world_seed(1);
    before = memory_taken();
    segments_init(&world_segments);
    world = graph_new(&world_segments);
    return world == NULL;
}

int world_end(void **state)
{
    (void)state;
    memory_bound(0);
    graph_delete(world);
    segments_clear(&world_segments);
    return memory_taken() != before;
}

static struct graph_context context_of(const struct acquisition *acquisition)
{
    return (struct graph_context){.from_mode = acquisition->from_mode,
                                  .to_mode = acquisition->to_mode,
                                  .timed = acquisition->timed,
                                  .thread = acquisition->thread == 0 ? 1 : acquisition->thread,
                                  .segment = acquisition->segment};
}

enum graph_result world_add(struct acquisition acquisition, struct graph_cycle *cycle)
{
    struct graph_context context = context_of(&acquisition);
    struct graph_gate gates[3] = {{acquisition.from, acquisition.from_mode}};
    uint32_t count = 1;
    graph_node from = graph_node_for(world, acquisition.from);
    graph_node to = graph_node_for(world, acquisition.to);
    struct graph_cycle unseen;

    if (from == 0 || to == 0)
        return GRAPH_NO_MEMORY;
    if (acquisition.gate != 0)
        gates[count++] = (struct graph_gate){acquisition.gate, acquisition.gate_mode};
    if (acquisition.other_gate != 0)
        gates[count++] = (struct graph_gate){acquisition.other_gate, LOCK_WRITE};
    return graph_holding(world, gates, count)
               ? graph_add(world, from, to, &context, cycle == NULL ? &unseen : cycle)
               : GRAPH_NO_MEMORY;
}

enum graph_result world_edge(lock_id from, lock_id to, uint32_t thread)
{
    return world_add((struct acquisition){.from = from, .to = to, .thread = thread}, NULL);
}

void world_remove(lock_id lock)
{
    graph_remove(world, graph_find(world, lock));
}

bool world_is_in_order(const struct graph *graph)
{
    for (graph_node from = 1; from < graph->nodes.table.count; from++) {
        uint32_t edge = graph_lock(graph, from) == 0 ? 0 : node_at(graph, from)->out;

        for (; edge != 0; edge = edge_at(graph, edge)->next_out)
            if (node_at(graph, from)->rank > node_at(graph, edge_at(graph, edge)->to)->rank)
                return false;
    }
    return true;
}

bool world_is_cycle(const struct graph_cycle *cycle)
{
    for (uint32_t i = 0; i < cycle->length; i++) {
        if (cycle->edges[i].to != cycle->edges[(i + 1) % cycle->length].from)
            return false;
        for (uint32_t j = 0; cycle->length <= 1000 && j < i; j++)
            if (cycle->edges[j].from == cycle->edges[i].from)
                return false;
    }
    return cycle->length >= 2;
}

void world_seed(uint64_t from)
{
    seed = from;
}

/* xorshift64* */
uint32_t world_random(uint32_t bound)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 33) % bound;
}
