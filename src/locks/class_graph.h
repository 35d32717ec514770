/* SPDX-License-Identifier: MIT */
/*
 * The lock-order graph by class, for the graph file: what is once in it stays, so that it holds
 * for locks that are gone, and can be put together with that of other processes.
 *
 * Under the guard.  What class_graph_next() gives out is read without it: it is written once,
 * but for flags of a class, which only go up.
 */
#ifndef PIHOOK_LOCKS_CLASS_GRAPH_H
#define PIHOOK_LOCKS_CLASS_GRAPH_H

#include "locks/graph.h"
#include "locks/lock.h"
#include "locks/stacks.h"
#include "locks/thread.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* As many ways are kept in which a class was acquired under another one. */
enum { CLASS_GRAPH_WAYS = 16 };

struct class_node {
    uint32_t lock_class;
    enum lock_kind kind;
    const char *name; /* that of the first lock, "" for none */
    lock_id first_lock;
    const void *first_address;
    bool several; /* there was more than one lock of the class */
    bool readers_block;
    bool signal; /* a lock of it turned out to be none: another thread releases it */
};

/* One way in which `to` was acquired while `from` was held. */
struct class_edge {
    uint32_t from, to; /* numbers of nodes; the same for two locks of one class */
    uint8_t from_mode, to_mode;
    bool timed;
    bool by_main;  /* the process's first thread alone */
    uint32_t held; /* gates.h: classes, by their numbers */
    const void *from_place;
    stack_id stack;
    const void *to_place;
    pid_t tid;
    char thread_name[SCRIPT_NAME_BYTES];
    uint32_t next; /* of the same two */
};

/* Once: nothing is kept before. */
void class_graph_start(void);
bool class_graph_is_on(void);

/* Forgets all, even what is half written: the memory is lost. */
void class_graph_reset(void);

/* What one acquisition means for the graph. */
struct class_news {
    const struct thread *self;
    const struct lock_request *wanted;
    struct graph_gate *held; /* classes; from class_graph_collect() */
    uint32_t held_count, to;
};

/*
 * Fills *news for a lock about to be acquired, with what `counts` says of the locks held.
 * False: nothing can be kept.
 */
bool class_graph_collect(struct class_news *news, const struct thread *self,
                         const struct lock_request *wanted,
                         bool (*counts)(const void *argument, const struct held *entry),
                         const void *argument);

/* Is such a way kept, for a lock that is held? */
bool class_graph_has(const struct class_news *news, const struct held *from);
void class_graph_add(const struct class_news *news, const struct held *from, stack_id stack);

/* A lock of that class is a signal. */
void class_graph_is_signal(uint32_t lock_class);

/* ---- for graph_file.c ---- */

/* Something that is new in the graph: a class, again if its flags have changed, or an edge. */
struct class_event {
    uint32_t number;
    bool is_edge;
};

/* The event behind those that were given out; false: there is none.  No guard. */
bool class_graph_next(struct class_event *event);
bool class_graph_is_pending(void); /* no guard */

/* In a forked child: what is there now is its parent's to write.  How many edges that are. */
uint32_t class_graph_skip(void);

/* No guard. */
const struct class_node *class_graph_node(uint32_t number);
const struct class_edge *class_graph_edge(uint32_t number);
uint32_t class_graph_nodes(void); /* the highest number */

/* Calls visit for each of the classes held at an edge. */
void class_graph_each_held(const struct class_edge *edge,
                           void (*visit)(void *argument, uint32_t node, enum lock_mode mode),
                           void *argument);

#endif
