/* SPDX-License-Identifier: MIT */
/*
 * Lines of edges, as pihook writes them and as anybody may.  Called for each of them;
 * tests/fuzz/fuzz_graph.c holds the two ways to each other.
 */
#include "graph/edge_line.h"

#include "graph/graph.h"
#include "graph/scan.h"

#include <stdlib.h>
#include <string.h>

enum { ID_DIGITS = 16 };

static const struct {
    const char *key;
    uint32_t flag;
} FLAGS[] = {{"from_read", EDGE_FROM_READ},
             {"to_read", EDGE_TO_READ},
             {"timed", EDGE_TIMED},
             {"main", EDGE_MAIN}};

static void begin(struct edge_line *edge)
{
    edge->id = 0;
    edge->process = edge->flags = 0;
    edge->processes.count = edge->held.count = edge->held_read.count = edge->stack.count = 0;
}

bool edge_line_id(const char *digits, size_t count, uint64_t *id)
{
    uint64_t number = 0;

    if (count != ID_DIGITS)
        return false;
    for (size_t i = 0; i < count; i++) {
        char digit = digits[i];

        if (digit >= '0' && digit <= '9')
            number = number << 4 | (uint64_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            number = number << 4 | (uint64_t)(digit - 'a' + 10);
        else
            return false;
    }
    *id = number;
    return number != 0;
}

/* ---- as pihook writes it ---- */

static bool process(struct scan *scan, struct edge_line *edge)
{
    const char *digits;
    size_t count;

    if (!scan_text(scan, "{\"record\":\"edge\",\"process\":"))
        return false;
    if (scan->at < scan->end && *scan->at == '"')
        return scan_string(scan, &digits, &count) && edge_line_id(digits, count, &edge->id);
    return scan_number(scan, &edge->process) && scan_text(scan, ",\"processes\":") &&
           scan_numbers(scan, &edge->processes);
}

static bool flags(struct scan *scan, struct edge_line *edge)
{
    for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++) {
        const char *before = scan->at;

        if (scan_text(scan, ",\"") && scan_text(scan, FLAGS[i].key) && scan_text(scan, "\":true"))
            edge->flags |= FLAGS[i].flag;
        else
            scan->at = before;
    }
    return scan_text(scan, "}") && scan->at == scan->end;
}

bool edge_line_scan(struct edge_line *edge, const char *line, size_t count)
{
    struct scan scan = {line, line + count};

    begin(edge);
    return process(&scan, edge) && scan_text(&scan, ",\"from\":") &&
           scan_number(&scan, &edge->from) && scan_text(&scan, ",\"to\":") &&
           scan_number(&scan, &edge->to) && scan_text(&scan, ",\"at\":") &&
           scan_number(&scan, &edge->at) && scan_text(&scan, ",\"held\":") &&
           scan_numbers(&scan, &edge->held) &&
           (!scan_text(&scan, ",\"held_read\":") || scan_numbers(&scan, &edge->held_read)) &&
           scan_text(&scan, ",\"stack\":") && scan_numbers(&scan, &edge->stack) &&
           scan_text(&scan, ",\"tid\":") && scan_number(&scan, &edge->tid) &&
           scan_text(&scan, ",\"thread\":") &&
           scan_string(&scan, &edge->thread, &edge->thread_bytes) && flags(&scan, edge);
}

/* ---- as JSON ---- */

static uint32_t member(struct members *members, const json_t *json, const char *key)
{
    return member_number(members, json, key, SCAN_NUMBER_MOST, true);
}

static void member_numbers(struct members *members, const json_t *json, const char *key,
                           bool needed, struct numbers *list)
{
    json_t *array = member_array(members, json, key, needed), *item;
    size_t i;

    json_array_foreach(array, i, item) {
        json_int_t value = json_integer_value(item);

        if (!json_is_integer(item) || value < 0 || value > SCAN_NUMBER_MOST) {
            member_expect(members, "only numbers from 0 to %d in \"%s\"", SCAN_NUMBER_MOST, key);
            return;
        }
        VECTOR_ADD(list, (uint32_t)value);
    }
}

static void read_process(struct edge_line *edge, struct members *members, const json_t *json)
{
    const json_t *id = json_object_get(json, "process");

    if (!json_is_string(id)) {
        edge->process = member(members, json, "process");
        member_numbers(members, json, "processes", true, &edge->processes);
    } else if (!edge_line_id(json_string_value(id), json_string_length(id), &edge->id)) {
        member_expect(members, "member \"process\" to be 16 hexadecimal digits, or a number");
    }
}

void edge_line_read(struct edge_line *edge, struct members *members, const json_t *json)
{
    begin(edge);
    read_process(edge, members, json);
    edge->from = member(members, json, "from");
    edge->to = member(members, json, "to");
    edge->at = member(members, json, "at");
    edge->tid = member(members, json, "tid");
    member_numbers(members, json, "held", true, &edge->held);
    member_numbers(members, json, "held_read", false, &edge->held_read);
    member_numbers(members, json, "stack", true, &edge->stack);
    edge->thread = member_string(members, json, "thread", true);
    edge->thread_bytes = strlen(edge->thread);
    for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++)
        if (json_is_true(json_object_get(json, FLAGS[i].key)))
            edge->flags |= FLAGS[i].flag;
}

void edge_line_clear(struct edge_line *edge)
{
    free(edge->processes.items);
    free(edge->held.items);
    free(edge->held_read.items);
    free(edge->stack.items);
    *edge = (struct edge_line){0};
}
