/* SPDX-License-Identifier: MIT */
/*
 * What else there is to say of imports: those that failed, native libraries, hooks, lazy modules
 * and statements that run often.  Part of format text.
 */
#include "report/pool.h"
#include "trace/import_summary.h"
#include "trace/model_words.h"
#include "trace/text_page.h"

#include <inttypes.h>
#include <stdlib.h>

static void failed(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"took", true, false}, {"module", false, true}, {"imported by", false, true}};
    const struct model *model = page->model;
    struct text_table table;
    size_t count = 0;

    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < model->imports.count; i++) {
        const struct model_import *import = &model->imports.items[i];

        if (!(import->flags & MODEL_FAILED))
            continue;
        count++;
        if (count > page_rows(page, count))
            continue;
        cell_time(&table, import_total(import));
        cell_add(&table, "%s", model_string(model, import->name));
        cell_add(&table, "%s", WORDS(words_place, model, import->place));
    }
    if (count > 0)
        page_title(page, "Imports that failed");
    page_table(page, &table, count);
}

static void libraries(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"load", true, false}, {"module", false, true}, {"library", false, true}};
    const struct model *model = page->model;
    struct text_table table;

    if (model->libraries.count == 0)
        return;
    page_title(page, "Native libraries");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, model->libraries.count); i++) {
        const struct model_library *library = &model->libraries.items[i];

        cell_time(&table, library->end - library->begin);
        cell_add(&table, "%s%s", model_string(model, library->name),
                 library->flags & MODEL_FAILED ? " (failed)" : "");
        cell_add(&table, "%s", model_string(model, library->file));
    }
    page_table(page, &table, model->libraries.count);
}

static void hooks(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"took", true, false}, {"module", false, true}, {"hook", false, true}};
    const struct model *model = page->model;
    struct text_table table;

    if (model->hooks.count == 0)
        return;
    page_title(page, "Hooks");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, model->hooks.count); i++) {
        const struct model_hook *hook = &model->hooks.items[i];

        cell_time(&table, hook->end - hook->begin);
        cell_add(&table, "%s", model_string(model, hook->name));
        cell_add(&table, "%s%s", model_string(model, hook->action),
                 hook->flags & MODEL_FAILED ? " (failed)" : "");
    }
    page_table(page, &table, model->hooks.count);
}

static void lazy_modules(struct text_page *page)
{
    static const struct text_column columns[] = {{"run", true, false},
                                                 {"module", false, true},
                                                 {"declared by", false, true},
                                                 {"run by", false, true}};
    const struct model *model = page->model;
    struct text_table table;
    size_t never = 0;

    if (model->lazies.count == 0)
        return;
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < model->lazies.count; i++) {
        const struct model_lazy *lazy = &model->lazies.items[i];

        never += lazy->run < 0;
        if (i >= page_rows(page, model->lazies.count))
            continue;
        if (lazy->run < 0)
            cell_add(&table, "never");
        else
            cell_time(&table, lazy->run - model->begin);
        cell_add(&table, "%s", model_string(model, lazy->name));
        cell_add(&table, "%s", WORDS(words_place, model, lazy->place));
        cell_add(&table, "%s", WORDS(words_place, model, lazy->run_place));
    }
    page_title(page, "Lazy modules: %zu, of which %zu never ran", model->lazies.count, never);
    page_table(page, &table, model->lazies.count);
}

static int most_first(const void *left, const void *right)
{
    const struct model_statement *a = *(const struct model_statement *const *)left,
                                 *b = *(const struct model_statement *const *)right;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void statements(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"ran", true, false}, {"imports", false, true}, {"in", false, true}, {"at", false, true}};
    const struct model *model = page->model;
    size_t count = model->statements.count;
    const struct model_statement **order = calloc(count + 1, sizeof *order);
    struct text_table table;

    if (!order)
        no_memory();
    for (size_t i = 0; i < count; i++)
        order[i] = &model->statements.items[i];
    qsort(order, count, sizeof *order, most_first);
    if (count > 0)
        page_title(page, "Import statements by how often they ran");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, count); i++) {
        cell_add(&table, "%" PRIu64, order[i]->count);
        cell_add(&table, "%s", model_string(model, order[i]->imported));
        cell_add(&table, "%s", model_string(model, order[i]->importer));
        cell_add(&table, "%s", WORDS(words_place, model, order[i]->place));
    }
    free(order);
    page_table(page, &table, count);
}

void text_import_advice(struct text_page *page)
{
    failed(page);
    libraries(page);
    hooks(page);
    lazy_modules(page);
    statements(page);
}
