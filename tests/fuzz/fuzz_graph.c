/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a graph file.  Run by libFuzzer or by standalone.c; what must hold for every
 * input is checked with require(), which aborts: what was read can be written, is read again as
 * the same, and shows cycles that are findings.
 */
#include "fuzz.h"
#include "graph/across.h"
#include "graph/input.h"
#include "graph/output.h"
#include "report/format.h"

#include <string.h>

/* ---- an edge's line in both ways ---- */

static bool same_numbers(const struct numbers *one, const struct numbers *other)
{
    return one->count == other->count &&
           (one->count == 0 ||
            memcmp(one->items, other->items, one->count * sizeof *one->items) == 0);
}

/* What is taken without a look at it as JSON is JSON, and says the same. */
static void check_scan(const char *line, size_t count)
{
    struct edge_line scanned = {0}, read = {0};
    struct members members = {""};

    if (edge_line_scan(&scanned, line, count)) {
        json_t *json = json_loadb(line, count, JSON_REJECT_DUPLICATES, NULL);

        require(json != NULL);
        edge_line_read(&read, &members, json);
        require(*members.expected == '\0');
        require(read.id == scanned.id && read.process == scanned.process);
        require(read.from == scanned.from && read.to == scanned.to && read.at == scanned.at);
        require(read.tid == scanned.tid && read.flags == scanned.flags);
        require(read.thread_bytes == scanned.thread_bytes &&
                memcmp(read.thread, scanned.thread, read.thread_bytes) == 0);
        require(same_numbers(&read.processes, &scanned.processes));
        require(same_numbers(&read.held, &scanned.held));
        require(same_numbers(&read.held_read, &scanned.held_read));
        require(same_numbers(&read.stack, &scanned.stack));
        json_decref(json);
    }
    edge_line_clear(&scanned);
    edge_line_clear(&read);
}

/* ---- files ---- */

/* Returns whether nothing was wrong with it. */
static bool read_lines(struct graph *graph, const char *bytes, size_t count)
{
    struct graph_input input;
    struct members members = {""};
    bool wrong = false;

    graph_input_begin(&input, graph, "file");
    for (size_t from = 0; from < count;) {
        const char *end = memchr(bytes + from, '\n', count - from);
        size_t length = end != NULL ? (size_t)(end - bytes) - from : count - from;
        char *copy = malloc(length + 1); /* a sanitizer sees what is read behind it */

        require(copy != NULL);
        memcpy(copy, bytes + from, length);
        check_scan(copy, length);
        graph_input_line(&input, &members, copy, length);
        wrong |= *members.expected != '\0';
        *members.expected = '\0';
        free(copy);
        from += length + 1;
    }
    graph_input_end(&input, &members);
    return !wrong && *members.expected == '\0';
}

static char *written(const struct graph *graph, size_t *count)
{
    char *bytes;
    FILE *out = open_memstream(&bytes, count);

    require(out != NULL);
    graph_output(out, graph);
    require(fclose(out) == 0);
    return bytes;
}

/* Reads what was written, and writes that. */
static void check_again(const char *bytes, size_t count)
{
    struct graph graph = {0};
    size_t again_count;

    require(read_lines(&graph, bytes, count));
    graph_settle(&graph);
    char *again = written(&graph, &again_count);
    require(again_count == count && memcmp(again, bytes, count) == 0);
    free(again);
    graph_clear(&graph);
}

static void check_spans(const struct graph *graph)
{
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct spans *spans = &graph->edges.items[i].processes;
        const struct span *items = spans_at(spans);

        for (uint32_t j = 0; j < spans->count; j++) {
            require(items[j].first <= items[j].last && items[j].last < graph->processes.count);
            require(j == 0 || items[j].first > items[j - 1].last + 1);
        }
    }
}

static void check_cycles(const struct graph *graph)
{
    struct across_known known = {NULL};
    struct collection all = {0};

    across_note(graph, &known);
    across_add(graph, NULL, NULL, &all);
    require(all.count <= known.count);
    require((all.count > 0) == (known.count > 0));
    collection_clear(&all);
    free(known.items);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct graph graph = {0};
    size_t written_count;

    read_lines(&graph, (const char *)bytes, count);
    graph_settle(&graph);
    check_spans(&graph);
    check_cycles(&graph);
    char *whole = written(&graph, &written_count);
    check_again(whole, written_count);
    free(whole);
    graph_clear(&graph);
    return 0;
}
