/* SPDX-License-Identifier: MIT */
/* The trees of imports, and those that take longest by themselves.  Part of format text. */
#include "report/pool.h"
#include "trace/import_summary.h"
#include "trace/model_words.h"
#include "trace/text_page.h"

#include <stdlib.h>

enum { DEEPEST = 200 };

/* The tree as it is printed: longest first, and only what is marked. */
struct tree {
    const struct model *model;
    struct text_table *table;
    uint32_t *order; /* of all imports, the longest first */
    bool *shown;
};

/* What wasn't recorded is no time of zero. */
static void add_part(struct text_table *table, int64_t time)
{
    if (time > 0)
        cell_time(table, time);
    else
        cell_add(table, "-");
}

static void add_growth(struct text_table *table, int64_t kibibytes)
{
    char text[16];

    if (kibibytes == 0)
        cell_add(table, "-");
    else
        cell_add(table, "%s%s", kibibytes > 0 ? "+" : "", bytes_text(text, kibibytes * 1024));
}

static void add_times(struct text_table *table, const struct model_import *import)
{
    cell_time(table, import_total(import));
    cell_time(table, import->self);
    add_part(table, import->find);
    add_part(table, import->body);
}

static const char *state_of(const struct model_import *import)
{
    return import->flags & MODEL_FAILED ? "failed"
           : import->flags & MODEL_LAZY ? "lazy"
                                        : words_found(import->found);
}

static void add_import(const struct tree *tree, uint32_t number)
{
    const struct model_import *import = &tree->model->imports.items[number];

    add_times(tree->table, import);
    add_growth(tree->table, import->memory);
    cell_add(tree->table, "%s", state_of(import));
    cell_add(tree->table, "%*s%s", (int)import->depth * 2, "",
             model_string(tree->model, import->name));
    cell_add(tree->table, "%s", WORDS(words_place, tree->model, import->place));
}

/* ------------------------------------------------------------------- siblings by time */

struct sibling {
    int64_t total;
    uint32_t import;
};

static int longest_first(const void *left, const void *right)
{
    const struct sibling *a = left, *b = right;

    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return a->import < b->import ? -1 : a->import > b->import;
}

/* Those in [first, end) that lie in no other one of them. */
static void add_siblings(const struct tree *tree, uint32_t first, uint32_t end)
{
    struct sibling *siblings = calloc((size_t)(end - first) + 1, sizeof *siblings);
    size_t count = 0;

    if (!siblings)
        no_memory();
    for (uint32_t i = first; i < end; i = tree->model->imports.items[i].after)
        if (tree->shown[i])
            siblings[count++] = (struct sibling){import_total(&tree->model->imports.items[i]), i};
    qsort(siblings, count, sizeof *siblings, longest_first);
    for (size_t i = 0; i < count; i++) {
        uint32_t import = siblings[i].import;

        add_import(tree, import);
        add_siblings(tree, import + 1, tree->model->imports.items[import].after);
    }
    free(siblings);
}

/* ---------------------------------------------------------------------------- sections */

static uint32_t end_of_thread(const struct model *model, uint32_t first)
{
    uint32_t end = first;

    while (end < model->imports.count &&
           model->imports.items[end].thread == model->imports.items[first].thread)
        end = model->imports.items[end].after;
    return end;
}

/*
 * An import is never longer than the one around it, and of two that are as long the outer one
 * comes first: so the longest ones are a tree.  One that is very deep makes no sense in a line.
 */
static size_t choose(const struct text_page *page, const struct tree *tree, uint32_t thread)
{
    const struct model *model = tree->model;
    size_t count = 0;

    for (size_t i = 0; i < model->imports.count; i++) {
        const struct model_import *import = &model->imports.items[tree->order[i]];

        if (import->thread != thread)
            continue;
        count++;
        tree->shown[tree->order[i]] = count <= page_rows(page, count) && import->depth < DEEPEST;
    }
    return count;
}

static void print_tree(struct text_page *page, struct tree *tree, uint32_t first, uint32_t end)
{
    static const struct text_column columns[] = {
        {"total", true, false},  {"self", true, false},        {"find", true, false},
        {"body", true, false},   {"memory", true, false},      {"found", false, false},
        {"module", false, true}, {"imported by", false, true},
    };
    const struct model *model = page->model;
    uint32_t thread = model->imports.items[first].thread;
    struct text_table table;
    int64_t whole = 0;
    char text[16];

    for (uint32_t i = first; i < end; i = model->imports.items[i].after)
        whole += import_total(&model->imports.items[i]);
    page_title(page, "Imports of thread %s: %u in %s", WORDS(words_thread, model, thread),
               end - first, time_text(text, whole));
    TABLE_BEGIN(&table, columns);
    tree->table = &table;
    size_t count = choose(page, tree, thread);

    add_siblings(tree, first, end);
    page_table(page, &table, count);
}

static void print_trees(struct text_page *page)
{
    const struct model *model = page->model;
    struct tree tree = {.model = model,
                        .order = imports_by_total(model),
                        .shown = calloc(model->imports.count + 1, sizeof *tree.shown)};

    if (!tree.shown)
        no_memory();
    for (uint32_t first = 0, end; first < model->imports.count; first = end) {
        end = end_of_thread(model, first);
        print_tree(page, &tree, first, end);
    }
    free(tree.order);
    free(tree.shown);
}

static void print_longest(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"self", true, false},   {"total", true, false},  {"size", true, false},
        {"found", false, false}, {"module", false, true}, {"imported by", false, true},
    };
    const struct model *model = page->model;
    uint32_t *order = imports_by_self(model);
    struct text_table table;

    page_title(page, "Modules by the time they take themselves");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, model->imports.count); i++) {
        const struct model_import *import = &model->imports.items[order[i]];

        cell_time(&table, import->self);
        cell_time(&table, import_total(import));
        if (import->bytes > 0 && import->bytes < INT64_MAX)
            cell_bytes(&table, (int64_t)import->bytes);
        else
            cell_add(&table, "-");
        cell_add(&table, "%s", state_of(import));
        cell_add(&table, "%s", model_string(model, import->name));
        cell_add(&table, "%s", WORDS(words_place, model, import->place));
    }
    free(order);
    page_table(page, &table, model->imports.count);
}

void text_imports(struct text_page *page)
{
    if (page->model->imports.count == 0)
        return;
    print_trees(page);
    print_longest(page);
}
