/* SPDX-License-Identifier: MIT */
/*
 * Called for each finding of a rule that has suppressions.  It follows
 * src/report/finding_strings.c, with places as JSON.
 */
#include "report/record_strings.h"

#include "report/place_words.h"

#include <stdlib.h>
#include <string.h>

struct visitor {
    void (*visit)(void *argument, const char *string);
    void *argument;
    struct pool pool;
    struct members members; /* nothing is expected of what was read already */
};

static void give(const struct visitor *visitor, const char *string)
{
    if (string && *string)
        visitor->visit(visitor->argument, string);
}

static void give_file(const struct visitor *visitor, const char *file)
{
    const char *slash = strrchr(file, '/');

    give(visitor, file);
    if (slash)
        give(visitor, slash + 1);
}

static const char *member(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "";
}

/* `symbol+0x1f`, alone and with its object; of a variable the bare name where it begins there. */
static void give_symbol(struct visitor *visitor, const json_t *place)
{
    bool is_data = *member(place, "variable") != '\0';
    const char *symbol = member(place, is_data ? "variable" : "function");
    const char *offset = member(place, !*symbol  ? "offset"
                                       : is_data ? "variable_offset"
                                                 : "function_offset");
    const char *object = member(place, "object"), *slash = strrchr(object, '/');

    if (!*object)
        return;
    if (!is_data || strtoull(offset, NULL, 16) != 0)
        symbol = pool_print(&visitor->pool, "%s+%s", symbol, offset);
    give(visitor, symbol);
    give(visitor, pool_print(&visitor->pool, "%s (%s)", symbol, slash ? slash + 1 : object));
}

static void give_lines(const struct visitor *visitor, const json_t *place)
{
    const json_t *line;
    size_t i;

    json_array_foreach(json_object_get(place, "source"), i, line) {
        give(visitor, member(line, "function"));
        give_file(visitor, member(line, "file"));
    }
}

static void give_place(struct visitor *visitor, const json_t *place)
{
    if (!place)
        return;
    give(visitor, member(place, "text"));
    give(visitor, member(place, "function"));
    give(visitor, member(place, "variable"));
    give_symbol(visitor, place);
    give_file(visitor, member(place, "object"));
    give_file(visitor, member(place, "file"));
    give_lines(visitor, place);
    give(visitor, place_words(&visitor->pool, &visitor->members, place));
}

static void give_step(struct visitor *visitor, const json_t *step)
{
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(step, "held"), i, item)
        give_place(visitor, json_object_get(item, "at"));
    json_array_foreach(json_object_get(step, "stack"), i, item)
        give_place(visitor, item);
}

void record_strings(const struct record *record, void (*visit)(void *argument, const char *string),
                    void *argument)
{
    struct visitor visitor = {.visit = visit, .argument = argument};
    const json_t *item;
    size_t i;

    give(&visitor, record->finding.sentence);
    json_array_foreach(json_object_get(record->json, "locks"), i, item) {
        give(&visitor, member(item, "name"));
        give_place(&visitor, json_object_get(item, "created"));
    }
    json_array_foreach(json_object_get(record->json, "steps"), i, item)
        give_step(&visitor, item);
    pool_clear(&visitor.pool);
}
