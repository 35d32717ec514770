/* SPDX-License-Identifier: MIT */
/*
 * The lock-order graphs of many processes, put together by class of lock.
 *
 * A class is known by what it is in any run: the variable that a lock is, the place in an
 * object that initialises it, the line of a script, the name of a module.  An edge is a way in
 * which a class was acquired while another one was held; it knows the processes that have shown
 * it.  Numbers count from 0.
 */
#ifndef PIHOOK_GRAPH_GRAPH_H
#define PIHOOK_GRAPH_GRAPH_H

#include "graph/interned.h"
#include "graph/spans.h"
#include "graph/vector.h"
#include "symbols.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { GRAPH_VERSION = 1 };
#define GRAPH_NONE UINT32_MAX

struct graph_process {
    uint64_t id, parent;  /* the parent is what it was forked from; 0: none */
    uint32_t inherited;   /* it went on with so many of the parent's edges */
    json_t *json;         /* its record as it was read; NULL: only its id is known */
    struct numbers edges; /* those it has made, in their order, until graph_settle() */
    bool kept;            /* it stands for itself among the processes of edges */
};

struct graph_class {
    json_t *json; /* kind, origin, name, created */
    bool several; /* some process had more than one lock of it */
    bool readers_block;
    bool signal; /* no mutex after all */
    bool module; /* an import lock */
};

enum graph_flag { EDGE_FROM_READ = 1, EDGE_TO_READ = 2, EDGE_TIMED = 4, EDGE_MAIN = 8 };

/*
 * What makes two edges the same are from, to, held and flags; the rest is as in the process
 * that has shown it first.
 */
struct graph_edge {
    uint32_t from, to;
    uint32_t held;   /* in graph.held: classes, twice their number, plus 1 for reading */
    uint32_t flags;  /* enum graph_flag */
    uint32_t at;     /* a place: where `from` was acquired; GRAPH_NONE: not known */
    uint32_t stack;  /* in graph.stacks: places, innermost first, where `to` was */
    uint32_t thread; /* in graph.names */
    uint32_t tid;
    uint32_t process;
    struct spans processes;
};

/* All zeroes is an empty one. */
struct graph {
    struct {
        struct graph_process *items;
        size_t count, room;
    } processes;
    struct {
        struct graph_class *items;
        size_t count, room;
    } classes;
    struct {
        json_t **items;
        size_t count, room;
    } places;
    struct {
        struct graph_edge *items;
        size_t count, room;
    } edges;
    struct interned names, held, stacks;

    /* By what is known of them. */
    struct index by_id, by_way;
    struct interned class_keys, class_texts, place_keys, place_texts;
    struct numbers class_of_text, place_of_text;
};

/* The process with that id, made if need be. */
uint32_t graph_process(struct graph *graph, uint64_t id);

/*
 * The class that the JSON describes, of which it keeps what it needs.  The key says it apart
 * from others; flags that are set stay so.
 */
uint32_t graph_class(struct graph *graph, json_t *json);

/* The place that the JSON describes. */
uint32_t graph_place(struct graph *graph, json_t *json);

/* The edge that is the same, or a new one; `made` by a process whose edges are not settled. */
uint32_t graph_edge(struct graph *graph, const struct graph_edge *edge);

const uint32_t *graph_numbers(const struct interned *lists, uint32_t list, size_t *count);

/*
 * After the last line was read: gives edges that processes went on with to them, too, and drops
 * those whose edges another process has all shown, so that what is kept grows with what is new.
 */
void graph_settle(struct graph *graph);

/* Notes the lines of source that places are at, as long as the objects are there. */
void graph_add_sources(struct graph *graph, struct symbols *symbols);

void graph_clear(struct graph *graph);

#endif
