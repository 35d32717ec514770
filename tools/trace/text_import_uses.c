/* SPDX-License-Identifier: MIT */
/* Imports that were never used, and those that could be lazy.  Part of format text. */
#include "trace/import_summary.h"
#include "trace/model_words.h"
#include "trace/text_page.h"

#include <string.h>

enum { MOST_LAZY = 10 };

static void add_saving(struct text_page *page, struct text_table *table,
                       const struct import_saving *saving)
{
    const struct model_import *import = &page->model->imports.items[saving->import];

    cell_time(table, saving->saved);
    cell_time(table, import_total(import));
    cell_add(table, "%s", model_string(page->model, import->name));
    cell_add(table, "%s", WORDS(words_place, page->model, import->place));
}

static const char *what_is_counted(const struct model *model)
{
    return model->statements.count > 0 ? "what other statements import, too, is not counted"
                                       : "at most: no statements were counted";
}

/* ---------------------------------------------------------------------------- never used */

static size_t asked(const struct model *model)
{
    size_t count = 0;

    for (size_t i = 0; i < model->imports.count; i++)
        count += model->imports.items[i].use == MODEL_ASKED && model->imports.items[i].chosen;
    return count;
}

static void never_used(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"would save", true, false},
        {"of", true, false},
        {"module", false, true},
        {"imported by", false, true},
    };
    struct import_saving savings[IMPORT_SAVINGS];
    size_t count = import_savings(page->model, IMPORT_NEVER_USED, savings, IMPORT_SAVINGS);
    size_t only_asked = asked(page->model);
    struct text_table table;

    if (count == 0)
        return;
    page_title(page, "Imports never used");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, count); i++)
        add_saving(page, &table, &savings[i]);
    page_table(page, &table, count);
    page_line(page, "nothing read an attribute of these modules; some may be imported for what "
                    "they do then");
    page_line(page, "%s", what_is_counted(page->model));
    if (only_asked > 0)
        page_line(page, "%zu more: only asked for what every module has, or for what was not there",
                  only_asked);
}

/* ------------------------------------------------------------------------ could be lazy */

/* Names that are taken from a module may be used later, which nobody sees. */
static void add_use(struct text_page *page, struct text_table *table,
                    const struct model_import *import)
{
    char text[16];

    if (import_takes_names(page->model, import))
        cell_add(table, "names taken");
    else if (import->use == MODEL_USED && import->used >= 0)
        cell_add(table, "after %s", time_text(text, import->used - import->end));
    else
        cell_add(table, "%s", import->use == MODEL_ASKED ? "only asked" : "");
}

static void could_be_lazy(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"would save", true, false}, {"of", true, false},          {"first used", true, false},
        {"module", false, true},     {"imported by", false, true},
    };
    struct import_saving savings[MOST_LAZY];
    size_t count = import_savings(page->model, IMPORT_COULD_BE_LAZY, savings, MOST_LAZY);
    struct text_table table;

    if (count == 0)
        return;
    page_title(page, "Imports that could be lazy");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, count); i++) {
        const struct model_import *import = &page->model->imports.items[savings[i].import];

        cell_time(&table, savings[i].saved);
        cell_time(&table, import_total(import));
        add_use(page, &table, import);
        cell_add(&table, "%s", model_string(page->model, import->name));
        cell_add(&table, "%s", WORDS(words_place, page->model, import->place));
    }
    text_table_end(&table, page->out, page->style->width, page->style->color);
    page_line(page, page->model->statements.count > 0
                        ? "as long as nothing uses them; what other statements import, too, is "
                          "not counted"
                        : "at most, and as long as nothing uses them: no statements were counted");
}

void text_import_uses(struct text_page *page)
{
    never_used(page);
    could_be_lazy(page);
}
