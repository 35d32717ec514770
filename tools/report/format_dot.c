/* SPDX-License-Identifier: MIT */
/*
 * Graphs in the language of Graphviz: around each finding its locks, and for every step of a
 * thread an edge from what it held to what it wanted.  A cycle can be seen as one.
 */
#include "report/format_dot.h"

#include "report/format.h"
#include "report/location.h"
#include "report/words.h"

#include <string.h>

/* In a label, a backslash begins what Graphviz puts something else in for. */
static void print_quoted(FILE *out, const char *string)
{
    putc('"', out);
    for (; *string; string++)
        if (*string == '\n')
            fputs("\\n", out);
        else if (strchr("\"\\", *string))
            fprintf(out, "\\%c", *string);
        else
            putc(*string, out);
    putc('"', out);
}

/* One finding while it is printed; names of nodes begin with its number. */
struct graph {
    FILE *out;
    const struct finding *finding;
    const json_t *json; /* the same */
    size_t number;
    struct pool pool;
};

/* -------------------------------------------------------------------------------- nodes */

static void print_lock(struct graph *graph, unsigned lock)
{
    fprintf(graph->out, "    f%zu_M%u [label=", graph->number, lock + 1);
    print_quoted(graph->out, lock_in_words(&graph->pool, graph->finding, lock));
    fputs("];\n", graph->out);
}

static bool is_named(const struct finding *finding, unsigned lock)
{
    for (unsigned i = 0; i < finding->step_count; i++) {
        if (finding->steps[i].lock == (int)lock)
            return true;
        for (unsigned j = 0; j < finding->steps[i].held_count; j++)
            if (finding->steps[i].held[j].lock == lock)
                return true;
    }
    return finding->step_count == 0;
}

/* A step that is about no lock, or of a thread that holds none, has an end of its own. */
static void print_end(struct graph *graph, unsigned step, const char *end, const char *words)
{
    fprintf(graph->out, "    f%zu_%s%u [shape=ellipse, label=", graph->number, end, step + 1);
    print_quoted(graph->out, words);
    fputs("];\n", graph->out);
}

static void print_ends(struct graph *graph, unsigned number)
{
    const struct finding_step *step = &graph->finding->steps[number];

    if (step->held_count == 0)
        print_end(graph, number, "thread", thread_in_words(&graph->pool, &step->thread));
    if (step->lock < 0)
        print_end(graph, number, "end", act_in_words(&graph->pool, step));
}

/* -------------------------------------------------------------------------------- edges */

/* Where it was, as far as that is known: one line. */
static const char *place_words_of(struct graph *graph, unsigned number)
{
    const json_t *step = json_array_get(json_object_get(graph->json, "steps"), number);
    struct location at = location_of_place(location_frame(json_object_get(step, "stack")));

    if (at.file)
        return pool_print(&graph->pool, "\nat %s%s%s:%u", at.function ? at.function : "",
                          at.function ? " " : "", at.file, at.line);
    if (graph->finding->steps[number].frame_count > 0)
        return pool_print(&graph->pool, "\nat %s", graph->finding->steps[number].frame_texts[0]);
    return "";
}

static const char *edge_words(struct graph *graph, unsigned number)
{
    const struct finding_step *step = &graph->finding->steps[number];

    return pool_print(&graph->pool, "%s\n%s%s", thread_in_words(&graph->pool, &step->thread),
                      act_in_words(&graph->pool, step), place_words_of(graph, number));
}

/* The present step is red; of several locks held the first one belongs to the cycle. */
static void print_edge(struct graph *graph, unsigned number, unsigned held)
{
    const struct finding_step *step = &graph->finding->steps[number];

    fprintf(graph->out, "    f%zu_", graph->number);
    if (step->held_count > 0)
        fprintf(graph->out, "M%u", step->held[held].lock + 1);
    else
        fprintf(graph->out, "thread%u", number + 1);
    fprintf(graph->out, " -> f%zu_", graph->number);
    if (step->lock >= 0)
        fprintf(graph->out, "M%d", step->lock + 1);
    else
        fprintf(graph->out, "end%u", number + 1);
    fprintf(graph->out, " [%s%s", number == 0 ? "color=red, " : "",
            held > 0 ? "style=dotted" : "style=bold");
    if (held == 0) {
        fputs(", label=", graph->out);
        print_quoted(graph->out, edge_words(graph, number));
    }
    fputs("];\n", graph->out);
}

static void print_step(struct graph *graph, unsigned number)
{
    const struct finding_step *step = &graph->finding->steps[number];

    print_ends(graph, number);
    print_edge(graph, number, 0);
    for (unsigned held = 1; held < step->held_count; held++)
        print_edge(graph, number, held);
}

/* -------------------------------------------------------------------------------- whole */

static void print_finding(struct graph *graph)
{
    const struct finding *finding = graph->finding;

    fprintf(graph->out, "  subgraph cluster_%zu {\n    label=", graph->number);
    print_quoted(graph->out, pool_print(&graph->pool, "%s: %s: %s",
                                        finding->level == LEVEL_ERROR ? "error" : "warning",
                                        finding->rule, finding->sentence));
    fprintf(graph->out, ";\n    f%zu [shape=point, style=invis];\n", graph->number);
    for (unsigned i = 0; i < finding->lock_count; i++)
        if (is_named(finding, i))
            print_lock(graph, i);
    for (unsigned i = 0; i < finding->step_count; i++)
        print_step(graph, i);
    fputs("  }\n", graph->out);
}

void dot_begin(FILE *out, const struct collection *all, const struct report_style *style)
{
    (void)style;
    fputs("digraph pihook {\n  node [shape=box];\n", out);
    if (all->count == collection_known(all))
        fputs("  label=\"no finding\";\n", out);
}

void dot_end(FILE *out, const struct collection *all, const struct report_style *style)
{
    (void)style;
    for (size_t i = 0; i < all->count; i++) {
        const struct record *record = all->records[i];
        struct graph graph = {out, &record->finding, record->json, i + 1, {NULL}};

        if (!record->known)
            print_finding(&graph);
        pool_clear(&graph.pool);
    }
    fputs("}\n", out);
}

const struct report_format format_dot = {
    .name = "dot",
    .meaning = "graphs of locks and who took them in which order, for Graphviz",
    .begin = dot_begin,
    .end = dot_end,
};
