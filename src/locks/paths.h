/* SPDX-License-Identifier: MIT */
/*
 * What of a graph leads back to a new edge: the search for paths from its end to its start.
 * Only contexts that the new one doesn't keep out count, so what is found may still not be
 * a cycle that can deadlock, but what is not found is none.
 */
#ifndef PIHOOK_LOCKS_PATHS_H
#define PIHOOK_LOCKS_PATHS_H

#include "locks/graph_data.h"

/* What is known of a node from which paths lead to the start, by the mode in which they hold it. */
struct reach {
    uint32_t node;
    uint32_t distance[2]; /* in edges, one more; 0: there is no path */
    uint32_t edge[2];     /* the first one of a shortest path, */
    uint8_t next_mode[2]; /* and the mode in which that path goes on */
    bool on_path;
};

struct paths {
    struct graph *graph;
    graph_node start, end; /* of the new edge, whose context is `first` */
    uint32_t edge, first;
    uint64_t rank;
    uint32_t count;      /* of nodes reached */
    uint32_t head, tail; /* of the queue */
    long looked;         /* at edges */
    bool found[2];       /* the end, held in that mode */
    bool no_memory;
};

void paths_begin(struct paths *paths, struct graph *graph, uint32_t edge, uint32_t first);

/* Goes back from the start until the end is met.  Returns whether it was. */
bool paths_seek(struct paths *paths);

/* Goes on until all nodes are reached that are so many edges or fewer from the start. */
void paths_seek_to(struct paths *paths, uint32_t distance);

/* Are there nodes left that are further than these? */
bool paths_go_on(const struct paths *paths);

/* NULL: no path leads from the node to the start. */
struct reach *paths_reach(const struct paths *paths, graph_node node);

/* How many edges it is at least from there to the start. */
uint32_t paths_distance(const struct reach *reach);

/*
 * Writes the new edge and the shortest path that was found to graph->path; returns how many
 * edges these are, or 0: there is no memory.
 */
uint32_t paths_shortest(struct paths *paths);

#endif
