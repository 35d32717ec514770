/* SPDX-License-Identifier: MIT */
/* Writes merged graphs, in the form that scan.h reads without looking at it as JSON. */
#include "graph/output.h"

#include "replacement.h"

#include "report/pool.h"

#include <inttypes.h>
#include <stdlib.h>

struct output {
    FILE *out;
    const struct graph *graph;
    uint32_t *process; /* the numbers in the file; GRAPH_NONE: not in it */
    uint32_t process_count;
};

/* ---- processes ---- */

/* Those that edges know, and those that the words of an edge are from. */
static void choose_processes(struct output *output)
{
    const struct graph *graph = output->graph;
    size_t count = graph->processes.count;

    output->process = malloc((count + 1) * sizeof *output->process);
    if (!output->process)
        no_memory();
    for (size_t i = 0; i < count; i++)
        output->process[i] = graph->processes.items[i].kept ? 0 : GRAPH_NONE;
    for (size_t i = 0; i < graph->edges.count; i++)
        output->process[graph->edges.items[i].process] = 0;
    for (size_t i = 0; i < count; i++)
        if (output->process[i] != GRAPH_NONE)
            output->process[i] = output->process_count++;
}

static void write_json(const struct output *output, const json_t *json)
{
    json_dumpf(json, output->out, JSON_COMPACT);
}

/* The members of an object, without its braces. */
static void write_members(const struct output *output, const json_t *object)
{
    const char *key;
    json_t *value;
    bool first = true;

    json_object_foreach((json_t *)object, key, value) {
        fprintf(output->out, "%s\"%s\":", first ? "" : ",", key);
        json_dumpf(value, output->out, JSON_COMPACT | JSON_ENCODE_ANY);
        first = false;
    }
}

static void write_processes(const struct output *output)
{
    for (size_t i = 0; i < output->graph->processes.count; i++) {
        const struct graph_process *process = &output->graph->processes.items[i];

        if (output->process[i] == GRAPH_NONE)
            continue;
        fprintf(output->out, "{\"record\":\"process\",\"number\":%u,\"id\":\"%016" PRIx64 "\",",
                output->process[i], process->id);
        write_members(output, process->json);
        fputs("}\n", output->out);
    }
}

/* ---- classes and places ---- */

static void write_classes(const struct output *output)
{
    for (size_t i = 0; i < output->graph->classes.count; i++) {
        const struct graph_class *class = &output->graph->classes.items[i];

        fprintf(output->out, "{\"record\":\"class\",\"class\":%zu,", i);
        write_members(output, class->json);
        fprintf(output->out, "%s%s%s}\n", class->several ? ",\"several\":true" : "",
                class->readers_block ? ",\"readers_block\":true" : "",
                class->signal ? ",\"signal\":true" : "");
    }
}

static void write_places(const struct output *output)
{
    for (size_t i = 0; i < output->graph->places.count; i++) {
        fprintf(output->out, "{\"record\":\"place\",\"number\":%zu,\"place\":", i);
        write_json(output, output->graph->places.items[i]);
        fputs("}\n", output->out);
    }
}

/* ---- edges ---- */

/* Consecutive processes of the graph may be so in the file, too, though not one by one. */
static void write_spans(const struct output *output, const struct spans *spans)
{
    const struct span *items = spans_at(spans);
    bool first = true;

    for (uint32_t i = 0; i < spans->count; i++)
        for (uint32_t from = items[i].first; from <= items[i].last; from++) {
            uint32_t to = from;

            if (output->process[from] == GRAPH_NONE)
                continue;
            while (to < items[i].last && output->process[to + 1] != GRAPH_NONE)
                to++;
            fprintf(output->out, "%s%u,%u", first ? "" : ",", output->process[from],
                    output->process[to]);
            first = false;
            from = to;
        }
}

/* Those of `which` in the list, which has twice the number and the mode. */
static void write_held(const struct output *output, uint32_t list, unsigned mode)
{
    size_t count;
    const uint32_t *held = graph_numbers(&output->graph->held, list, &count);
    bool first = true;

    for (size_t i = 0; i < count; i++)
        if ((held[i] & 1) == mode) {
            fprintf(output->out, "%s%u", first ? "" : ",", held[i] >> 1);
            first = false;
        }
}

static bool holds_for_reading(const struct output *output, uint32_t list)
{
    size_t count;
    const uint32_t *held = graph_numbers(&output->graph->held, list, &count);
    bool any = false;

    for (size_t i = 0; i < count; i++)
        any |= held[i] & 1;
    return any;
}

static void write_stack(const struct output *output, uint32_t list)
{
    size_t count;
    const uint32_t *places = graph_numbers(&output->graph->stacks, list, &count);

    for (size_t i = 0; i < count; i++)
        fprintf(output->out, "%s%u", i == 0 ? "" : ",", places[i]);
}

static void write_thread(const struct output *output, uint32_t name)
{
    size_t count;
    const char *bytes = interned_at(&output->graph->names, name, &count);
    json_t *string = json_stringn(bytes, count);

    json_dumpf(string, output->out, JSON_ENCODE_ANY);
    json_decref(string);
}

static void write_edge(const struct output *output, const struct graph_edge *edge)
{
    FILE *out = output->out;

    fprintf(out, "{\"record\":\"edge\",\"process\":%u,\"processes\":[",
            output->process[edge->process]);
    write_spans(output, &edge->processes);
    fprintf(out, "],\"from\":%u,\"to\":%u,\"at\":%u,\"held\":[", edge->from, edge->to,
            edge->at == GRAPH_NONE ? (unsigned)output->graph->places.count : edge->at);
    write_held(output, edge->held, 0);
    if (holds_for_reading(output, edge->held)) {
        fputs("],\"held_read\":[", out);
        write_held(output, edge->held, 1);
    }
    fputs("],\"stack\":[", out);
    write_stack(output, edge->stack);
    fprintf(out, "],\"tid\":%u,\"thread\":", edge->tid);
    write_thread(output, edge->thread);
    fprintf(out, "%s%s%s%s}\n", edge->flags & EDGE_FROM_READ ? ",\"from_read\":true" : "",
            edge->flags & EDGE_TO_READ ? ",\"to_read\":true" : "",
            edge->flags & EDGE_TIMED ? ",\"timed\":true" : "",
            edge->flags & EDGE_MAIN ? ",\"main\":true" : "");
}

void graph_output(FILE *out, const struct graph *graph)
{
    struct output output = {.out = out, .graph = graph};

    choose_processes(&output);
    fprintf(out,
            "{\"record\":\"graph\",\"version\":%d,\"processes\":%u,\"classes\":%zu,"
            "\"places\":%zu,\"edges\":%zu}\n",
            GRAPH_VERSION, output.process_count, graph->classes.count, graph->places.count,
            graph->edges.count);
    write_processes(&output);
    write_classes(&output);
    write_places(&output);
    for (size_t i = 0; i < graph->edges.count; i++)
        write_edge(&output, &graph->edges.items[i]);
    free(output.process);
}

/* ---- the file ---- */

int graph_output_file(const char *path, const struct graph *graph)
{
    struct replacement file;
    int error = replacement_begin(&file, path);

    if (error != 0)
        return -error;
    graph_output(file.out, graph);
    return -replacement_end(&file, true);
}
