/* SPDX-License-Identifier: MIT */
/*
 * Places as JSON.  Called while findings and the graph are written.  A name once given to a
 * member is kept: other people's scripts read it.
 */
#include "report/place_json.h"

#include "report/json.h"
#include "report/place.h"
#include "report/script_place.h"

/* As the command adds it for machine code. */
static void add_source(struct text *text, const struct script_place *line)
{
    json_add_array(text, "source");
    json_add_object(text, NULL);
    if (*line->function != '\0')
        json_add_string(text, "function", line->function);
    json_add_string(text, "file", line->file);
    json_add_number(text, "line", line->line);
    json_add_object_end(text);
    json_add_array_end(text);
}

void place_json(struct text *text, const char *key, const struct place *place, bool with_address)
{
    const struct script_place *line = script_place_at(place->address);
    struct place_found found;

    json_add_object(text, key);
    if (place->text != NULL)
        json_add_string(text, "text", place->text);
    if (line != NULL)
        add_source(text, line);
    else if (place->address != NULL && with_address)
        json_add_hex(text, "address", (uintptr_t)place->address);
    if (place_find(place, &found)) {
        json_add_string(text, "object", found.object);
        json_add_hex(text, "offset", found.offset);
        if (found.build_id != NULL)
            json_add_bytes(text, "build_id", found.build_id, found.build_id_size);
        if (*found.symbol != '\0') {
            json_add_string(text, place->is_data ? "variable" : "function", found.symbol);
            json_add_hex(text, place->is_data ? "variable_offset" : "function_offset",
                         found.symbol_offset);
        }
    }
    json_add_object_end(text);
}
