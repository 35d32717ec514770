/* SPDX-License-Identifier: MIT */
/* Source lines of native places.  Called before a format that shows them is written. */
#include "progress.h"
#include "report/pool.h"
#include "symbols.h"
#include "trace/model_names.h"

#include <string.h>

static uint32_t keep(struct model *model, const char *folder, const char *file)
{
    char *whole;
    struct pool pool = {0};

    if (*file == '/' || !*folder)
        return names_string(model, file, strlen(file));
    whole = pool_print(&pool, "%s/%s", folder, file);
    uint32_t number = names_string(model, whole, strlen(whole));

    pool_clear(&pool);
    return number;
}

/* The trace knows functions that are exported; debug information knows all. */
static void take_function(struct model *model, struct model_place *place,
                          const struct symbol_found *found)
{
    if (place->function == 0 && *found->name) {
        place->function = names_string(model, found->name, strlen(found->name));
        place->into = (uint32_t)found->name_offset;
    }
}

static void look_up(struct model *model, struct symbols *symbols, struct model_place *place)
{
    struct symbol_query query = {.object = model_string(model, place->file),
                                 .build_id = SYMBOL_ANY_BUILD,
                                 .offset = place->offset};
    struct symbol_found found;

    if (!symbols_find(symbols, &query, &found) || found.other_build)
        return;
    take_function(model, place, &found);
    if (found.line_count == 0 || !found.lines[0].file)
        return;
    place->source = keep(model, found.folder, found.lines[0].file);
    place->source_line = (uint32_t)found.lines[0].line;
}

void model_symbolise(struct model *model)
{
    struct symbols *symbols = symbols_open();

    if (!symbols)
        no_memory();
    progress_begin("looking up source lines", model->places.count);
    for (size_t i = 0; i < model->places.count; i++) {
        struct model_place *place = &model->places.items[i];

        if (place->native && place->file != 0)
            look_up(model, symbols, place);
        progress_add(1);
    }
    progress_end();
    symbols_close(symbols);
    names_end(model);
}
