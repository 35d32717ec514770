/* SPDX-License-Identifier: MIT */
/*
 * Source lines for places.  Called for each finding before it is checked: nothing may be
 * taken for granted, members of another type least.
 */
#include "report/sources.h"

#include "report/source_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "";
}

/* Names that are not UTF-8 are left out. */
static void set_string(json_t *object, const char *key, const char *string)
{
    if (*string)
        json_object_set_new(object, key, json_string(string));
}

/* The version, as in `name@@GLIBC_2.34`, is no part of the name. */
static void set_name(json_t *object, const char *key, const char *symbol)
{
    if (*symbol)
        json_object_set_new(object, key, json_stringn(symbol, strcspn(symbol, "@")));
}

static void set_symbol(json_t *place, const struct symbol_found *found)
{
    char offset[24];

    if (!*found->name)
        return;
    snprintf(offset, sizeof offset, "0x%" PRIx64, found->name_offset);
    set_name(place, found->is_data ? "variable" : "function", found->name);
    set_string(place, found->is_data ? "variable_offset" : "function_offset", offset);
}

static void set_line(json_t *object, const struct symbol_found *found,
                     const struct symbol_line *line)
{
    char whole[PATH_MAX];

    source_file_whole(found->folder, line->file, whole);
    set_string(object, "file", *whole ? whole : line->file);
    json_object_set_new(object, "line", json_integer(line->line));
}

static void set_lines(json_t *place, const struct symbol_found *found)
{
    json_t *source = json_array();

    for (unsigned i = 0; i < found->line_count; i++) {
        json_t *line = json_object();

        set_name(line, "function",
                 *found->lines[i].function ? found->lines[i].function : found->name);
        set_line(line, found, &found->lines[i]);
        json_array_append_new(source, line);
    }
    if (found->line_count > 0)
        set_line(place, found, &found->lines[0]);
    if (found->line_count > 0 && !found->is_data)
        json_object_set(place, "source", source);
    json_decref(source);
}

void sources_add_to_place(json_t *place, struct symbols *symbols)
{
    struct symbol_query query = {
        .object = string_of(place, "object"),
        .build_id = string_of(place, "build_id"),
        .offset = strtoull(string_of(place, "offset"), NULL, 16),
        .is_data = json_object_get(place, "variable") != NULL,
    };
    struct symbol_found found;

    json_object_del(place, "remark"); /* of an earlier report */
    if (!*query.object || query.offset == 0 || !symbols_find(symbols, &query, &found))
        return;
    if (found.other_build) {
        set_string(place, "remark", "another build now");
        return;
    }
    set_symbol(place, &found);
    set_lines(place, &found);
}

static void add_to_step(json_t *step, struct symbols *symbols)
{
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(step, "held"), i, item)
        sources_add_to_place(json_object_get(item, "at"), symbols);
    json_array_foreach(json_object_get(step, "stack"), i, item)
        sources_add_to_place(item, symbols);
}

void sources_add(json_t *finding, struct symbols *symbols)
{
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(finding, "locks"), i, item)
        sources_add_to_place(json_object_get(item, "created"), symbols);
    json_array_foreach(json_object_get(finding, "steps"), i, item)
        add_to_step(item, symbols);
}
