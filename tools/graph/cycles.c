/* SPDX-License-Identifier: MIT */
/*
 * Cycles lie within strongly connected components, which one walk finds (Tarjan).  There,
 * for each pair of classes that is on no cycle so far, paths back are tried, shorter ones
 * first, as far as a bound on the effort allows: a graph may have more of them than could ever
 * be tried.  Called by `pihook report`, `merge` and `run`.
 */
#include "graph/cycles.h"

#include "graph/choice.h"
#include "progress.h"
#include "report/pool.h"

#include <stdlib.h>
#include <string.h>

/* Pairs looked at: for one of them, and in all. */
enum { EFFORT_OF_PAIR = 20000, EFFORT_OF_ALL = 300000000 };

/* First what is plain: two classes in both orders. */
static const unsigned LENGTHS[] = {2, CYCLE_EDGES_MOST};

#define FAR UINT32_MAX

/* Two classes that were acquired one under the other: ways[first..first+count). */
struct pair {
    uint32_t from, to;
    uint32_t first, count;
    bool is_new;   /* some of its ways are */
    unsigned told; /* the cycles that it is on */
};

/* A list of numbers for each class: items[start[i]..start[i+1]). */
struct lists {
    uint32_t *start, *items;
};

struct search {
    const struct graph *graph;
    uint32_t first_new; /* edges from that number on are news */
    uint32_t classes;
    uint32_t *ways; /* edges, those of a pair one behind the other */
    struct pair *pairs;
    uint32_t pair_count;
    struct lists out, in; /* pairs, within components only */
    uint32_t *component;  /* of each class */

    /* Of the present search. */
    uint32_t *round_of, *distance; /* back to the pair's `from`, if the round is the present one */
    uint32_t round;
    bool *on_path;
    uint32_t *queue;
    uint32_t path[CYCLE_EDGES_MOST];
    long effort, effort_of_all;
    long effort_of_parts; /* since components were found */
    bool stale;           /* pairs are used up: there may be more components */
    bool too_much;
    bool cut; /* there are longer paths than were looked at */
    unsigned found;

    void (*visit)(void *argument, const struct cycle *cycle);
    void *argument;
};

static void *take(size_t count, size_t size)
{
    void *items = calloc(count > 0 ? count : 1, size);

    if (!items)
        no_memory();
    return items;
}

/* ---- pairs ---- */

static bool counts(const struct graph *graph, const struct graph_edge *edge)
{
    return edge->from != edge->to && !graph->classes.items[edge->from].signal &&
           !graph->classes.items[edge->to].signal && edge->processes.count > 0;
}

/* Sorts edges by one of their ends, and leaves those with the same as they were. */
static void sort_by(const struct search *search, const uint32_t *from, uint32_t *to, size_t count,
                    bool by_from)
{
    const struct graph_edge *edges = search->graph->edges.items;
    uint32_t *start = take((size_t)search->classes + 1, sizeof *start);

    for (size_t i = 0; i < count; i++)
        start[(by_from ? edges[from[i]].from : edges[from[i]].to) + 1]++;
    for (uint32_t i = 0; i < search->classes; i++)
        start[i + 1] += start[i];
    for (size_t i = 0; i < count; i++)
        to[start[by_from ? edges[from[i]].from : edges[from[i]].to]++] = from[i];
    free(start);
}

/* Is it one more of the last pair? */
static bool is_pair(const struct search *search, const struct graph_edge *edge)
{
    const struct pair *pair = &search->pairs[search->pair_count > 0 ? search->pair_count - 1 : 0];

    return search->pair_count > 0 && pair->from == edge->from && pair->to == edge->to;
}

static void make_pairs(struct search *search)
{
    const struct graph *graph = search->graph;
    uint32_t *sorted = take(graph->edges.count, sizeof *sorted);
    size_t count = 0;

    search->ways = take(graph->edges.count, sizeof *search->ways);
    search->pairs = take(graph->edges.count, sizeof *search->pairs);
    for (uint32_t i = 0; i < graph->edges.count; i++)
        if (counts(graph, &graph->edges.items[i]))
            search->ways[count++] = i;
    sort_by(search, search->ways, sorted, count, false);
    sort_by(search, sorted, search->ways, count, true);
    free(sorted);
    for (uint32_t i = 0; i < count; i++) {
        const struct graph_edge *edge = &graph->edges.items[search->ways[i]];

        if (!is_pair(search, edge))
            search->pairs[search->pair_count++] =
                (struct pair){.from = edge->from, .to = edge->to, .first = i};
        search->pairs[search->pair_count - 1].count++;
        search->pairs[search->pair_count - 1].is_new |= search->ways[i] >= search->first_new;
    }
}

/* On so many cycles it is likely what is wrong with all of them. */
static bool is_used_up(const struct pair *pair)
{
    return pair->told >= CYCLES_OF_PAIR_MOST;
}

/* The pairs that may be on a cycle, by one of their ends; `within` components that are known. */
static struct lists list_pairs(const struct search *search, bool by_from, bool within)
{
    struct lists lists = {take((size_t)search->classes + 2, sizeof *lists.start),
                          take(search->pair_count, sizeof *lists.items)};

    for (unsigned turn = 0; turn < 2; turn++) {
        for (uint32_t i = 0; i < search->pair_count; i++) {
            const struct pair *pair = &search->pairs[i];
            uint32_t end = by_from ? pair->from : pair->to;

            if (is_used_up(pair) ||
                (within && search->component[pair->from] != search->component[pair->to]))
                continue;
            if (turn == 0)
                lists.start[end + 2]++;
            else
                lists.items[lists.start[end + 1]++] = i;
        }
        for (uint32_t i = 0; turn == 0 && i < search->classes; i++)
            lists.start[i + 2] += lists.start[i + 1];
    }
    return lists;
}

static void clear_lists(struct lists *lists)
{
    free(lists->start);
    free(lists->items);
}

/* ---- components ---- */

/* Tarjan's walk without recursion: a graph may be one long path. */
struct walk {
    const struct search *search;
    const struct lists *out;
    uint32_t *order, *low, *next, *stack, *trail;
    uint32_t count, stacked, depth, components;
};

static void enter(struct walk *walk, uint32_t class)
{
    walk->order[class] = walk->low[class] = ++walk->count;
    walk->next[class] = walk->out->start[class];
    walk->stack[walk->stacked++] = class;
    walk->trail[walk->depth++] = class;
}

static void lower(uint32_t *low, uint32_t value)
{
    if (value < *low)
        *low = value;
}

static void leave(struct walk *walk, uint32_t class)
{
    uint32_t other;

    walk->depth--;
    if (walk->depth > 0)
        lower(&walk->low[walk->trail[walk->depth - 1]], walk->low[class]);
    if (walk->low[class] != walk->order[class])
        return;
    walk->components++;
    do {
        other = walk->stack[--walk->stacked];
        walk->search->component[other] = walk->components;
    } while (other != class);
}

static void step(struct walk *walk)
{
    uint32_t class = walk->trail[walk->depth - 1], to;

    if (walk->next[class] == walk->out->start[class + 1]) {
        leave(walk, class);
        return;
    }
    to = walk->search->pairs[walk->out->items[walk->next[class]++]].to;
    if (walk->order[to] == 0)
        enter(walk, to);
    else if (walk->search->component[to] == 0)
        lower(&walk->low[class], walk->order[to]);
}

static void find_components(struct search *search)
{
    struct lists out = list_pairs(search, true, false);
    struct walk walk = {.search = search, .out = &out};
    uint32_t **const arrays[] = {&walk.order, &walk.low, &walk.next, &walk.stack, &walk.trail};

    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        *arrays[i] = take(search->classes, sizeof **arrays[i]);
    memset(search->component, 0, search->classes * sizeof *search->component);
    for (uint32_t class = 0; class < search->classes; class ++)
        if (walk.order[class] == 0)
            for (enter(&walk, class); walk.depth > 0;)
                step(&walk);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(*arrays[i]);
    clear_lists(&out);
}

/* As often as the search in between was as long: what is on no cycle costs no search. */
static void find_parts(struct search *search)
{
    clear_lists(&search->out);
    clear_lists(&search->in);
    find_components(search);
    search->out = list_pairs(search, true, true);
    search->in = list_pairs(search, false, true);
    search->effort_of_parts = 0;
    search->stale = false;
}

/* ---- paths back ---- */

static bool has_effort(struct search *search)
{
    search->effort_of_parts++;
    if (--search->effort >= 0 && --search->effort_of_all >= 0)
        return true;
    search->too_much = true;
    return false;
}

static uint32_t distance_of(const struct search *search, uint32_t class)
{
    return search->round_of[class] == search->round ? search->distance[class] : FAR;
}

static void set_distance(struct search *search, uint32_t class, uint32_t distance)
{
    search->round_of[class] = search->round;
    search->distance[class] = distance;
}

/* Measures how far it is back to the pair's `from`, up to that far. */
static void measure(struct search *search, const struct pair *pair, uint32_t most)
{
    uint32_t read = 0, written = 0;

    search->round++;
    set_distance(search, pair->from, 0);
    search->queue[written++] = pair->from;
    while (read < written) {
        uint32_t class = search->queue[read++], distance = search->distance[class];

        for (uint32_t i = search->in.start[class]; i < search->in.start[class + 1]; i++) {
            uint32_t from = search->pairs[search->in.items[i]].from;

            if (!has_effort(search))
                return;
            if (distance_of(search, from) != FAR)
                continue;
            if (distance == most) {
                search->cut = true;
                return;
            }
            set_distance(search, from, distance + 1);
            search->queue[written++] = from;
        }
    }
}

static void tell(struct search *search, unsigned length)
{
    uint32_t chosen[CYCLE_EDGES_MOST];
    struct ways ways[CYCLE_EDGES_MOST];
    struct cycle cycle = {.length = length};
    enum choice choice;

    for (unsigned i = 0; i < length; i++) {
        const struct pair *pair = &search->pairs[search->path[i]];

        ways[i] = (struct ways){&search->ways[pair->first], pair->count};
    }
    choice = choice_make(search->graph, ways, chosen, &cycle);
    search->too_much |= choice == CHOICE_TOO_MUCH;
    if (choice != CHOICE_FOUND)
        return;
    for (unsigned i = 0; i < length; i++) {
        struct pair *pair = &search->pairs[search->path[i]];

        pair->told++;
        search->stale |= is_used_up(pair);
    }
    search->found++;
    search->visit(search->argument, &cycle);
}

static bool is_done(const struct search *search)
{
    return search->pairs[search->path[0]].told > 0 || search->effort < 0 ||
           search->effort_of_all < 0 || search->found == CYCLES_MOST;
}

/* All simple paths of just that length that go on from path[0..depth). */
static void go_on(struct search *search, unsigned depth, unsigned length)
{
    uint32_t class = search->pairs[search->path[depth - 1]].to;

    for (uint32_t i = search->out.start[class]; i < search->out.start[class + 1]; i++) {
        uint32_t pair = search->out.items[i], to = search->pairs[pair].to;

        if (is_done(search) || !has_effort(search))
            return;
        search->path[depth] = pair;
        if (search->on_path[to] || is_used_up(&search->pairs[pair]))
            continue;
        if (distance_of(search, to) == FAR || depth + 1 + search->distance[to] > length) {
            search->cut = true;
        } else if (search->distance[to] > 0) {
            search->on_path[to] = true;
            go_on(search, depth + 1, length);
            search->on_path[to] = false;
        } else if (depth + 1 == length) {
            tell(search, length);
        }
    }
}

/* Cycles of up to `most` edges through the pair, until one is told. */
static void search_pair(struct search *search, uint32_t number, unsigned most)
{
    const struct pair *pair = &search->pairs[number];

    search->effort = EFFORT_OF_PAIR;
    search->path[0] = number;
    search->cut = true;
    search->on_path[pair->to] = true;
    for (unsigned length = 2; length <= most && search->cut && !is_done(search); length++) {
        search->cut = false;
        measure(search, pair, length - 1);
        if (distance_of(search, pair->to) != FAR)
            go_on(search, 1, length);
    }
    search->too_much |= most == CYCLE_EDGES_MOST && search->cut && !is_done(search);
    search->on_path[pair->to] = false;
}

/* ---- all ---- */

static void search_pairs(struct search *search, unsigned most, bool is_new)
{
    for (uint32_t i = 0; i < search->pair_count; i++) {
        const struct pair *pair = &search->pairs[i];

        progress_add(1);
        if (search->stale && search->effort_of_parts >= search->pair_count)
            find_parts(search);
        if (pair->is_new != is_new || pair->told > 0 ||
            search->component[pair->from] != search->component[pair->to])
            continue;
        if (search->effort_of_all < 0 || search->found == CYCLES_MOST) {
            search->too_much = true;
            return;
        }
        search_pair(search, i, most);
    }
}

/* What is new must not be behind what is known, of which there may be too much. */
static void search_all(struct search *search)
{
    const unsigned lengths = sizeof LENGTHS / sizeof *LENGTHS;

    progress_begin("looking for cycles", 2ull * lengths * search->pair_count);
    for (unsigned turn = 0; turn < 2; turn++)
        for (unsigned i = 0; i < lengths; i++)
            search_pairs(search, LENGTHS[i], turn == 0);
    progress_end();
}

bool cycles_each(const struct graph *graph, uint32_t first_new,
                 void (*visit)(void *argument, const struct cycle *cycle), void *argument)
{
    struct search search = {.graph = graph,
                            .first_new = first_new,
                            .classes = (uint32_t)graph->classes.count,
                            .effort_of_all = EFFORT_OF_ALL,
                            .visit = visit,
                            .argument = argument};
    size_t classes = graph->classes.count;

    make_pairs(&search);
    search.component = take(classes, sizeof *search.component);
    find_parts(&search);
    search.round_of = take(classes, sizeof *search.round_of);
    search.distance = take(classes, sizeof *search.distance);
    search.on_path = take(classes, sizeof *search.on_path);
    search.queue = take(classes, sizeof *search.queue);
    search_all(&search);
    free(search.round_of);
    free(search.distance);
    free(search.on_path);
    free(search.queue);
    free(search.component);
    free(search.pairs);
    free(search.ways);
    clear_lists(&search.out);
    clear_lists(&search.in);
    return !search.too_much;
}
