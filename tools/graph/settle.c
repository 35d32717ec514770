/* SPDX-License-Identifier: MIT */
/*
 * Which processes have shown an edge.  Called once all of the input is read: a process may go
 * on with edges of its parent, whose file comes later.
 */
#include "graph/graph.h"

#include <stdlib.h>

/* Longer lines of descent are no work of fork(2), but of somebody's editor. */
enum { ANCESTORS_MOST = 1000 };

/* Some of a process's edges, the first ones. */
struct part {
    const struct graph_process *process;
    size_t count;
};

/* Calls visit for what the process itself has made, and what it went on with. */
static bool each_part(struct graph *graph, const struct graph_process *process,
                      bool (*visit)(struct graph *graph, const struct part *part, void *argument),
                      void *argument)
{
    struct part part = {process, process->edges.count};

    for (unsigned depth = 0; depth < ANCESTORS_MOST; depth++) {
        if (!visit(graph, &part, argument))
            return false;
        uint64_t parent = part.process->parent;
        size_t inherited = part.process->inherited;
        if (parent == 0)
            break;
        part.process = &graph->processes.items[graph_process(graph, parent)];
        part.count = inherited < part.process->edges.count ? inherited : part.process->edges.count;
    }
    return true;
}

/* The processes that have shown all edges so far; `any`: there was one. */
struct common {
    struct spans spans;
    bool any;
};

/* False: no process has. */
static bool narrow(struct graph *graph, const struct part *part, void *argument)
{
    struct common *common = argument;

    for (size_t i = 0; i < part->count; i++) {
        const struct spans *spans = &graph->edges.items[part->process->edges.items[i]].processes;

        if (common->any)
            spans_common(&common->spans, &common->spans, spans);
        else
            spans_copy(&common->spans, spans);
        common->any = true;
        if (common->spans.count == 0)
            return false;
    }
    return true;
}

/* Has some process shown all that this one has? */
static bool says_nothing_new(struct graph *graph, const struct graph_process *process)
{
    struct common common = {.any = false};
    bool all = each_part(graph, process, narrow, &common);

    spans_clear(&common.spans);
    return all;
}

static bool credit(struct graph *graph, const struct part *part, void *number)
{
    for (size_t i = 0; i < part->count; i++)
        spans_add(&graph->edges.items[part->process->edges.items[i]].processes,
                  *(const uint32_t *)number, *(const uint32_t *)number);
    return true;
}

/* graph_process() of a parent that was not read makes one, and moves the others. */
static void add_parents(struct graph *graph)
{
    for (size_t i = 0; i < graph->processes.count; i++)
        if (graph->processes.items[i].parent != 0)
            graph_process(graph, graph->processes.items[i].parent);
}

void graph_settle(struct graph *graph)
{
    add_parents(graph);
    for (uint32_t i = 0; i < graph->processes.count; i++) {
        struct graph_process *process = &graph->processes.items[i];

        if (process->edges.count == 0 || (!process->kept && says_nothing_new(graph, process)))
            continue;
        process->kept = true;
        each_part(graph, process, credit, &i);
    }
    for (size_t i = 0; i < graph->processes.count; i++) {
        struct graph_process *process = &graph->processes.items[i];

        free(process->edges.items);
        process->edges = (struct numbers){0};
    }
}
