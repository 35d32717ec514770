/* SPDX-License-Identifier: MIT */
/* Called by formats of traces. */
#include "trace/import_summary.h"

#include "report/pool.h"

#include <stdlib.h>
#include <string.h>

/* ----------------------------------------------------------------------------- orders */

struct ranked {
    int64_t time;
    uint32_t import;
};

static int by_rank(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;

    if (a->time != b->time)
        return a->time > b->time ? -1 : 1;
    return a->import < b->import ? -1 : a->import > b->import;
}

static uint32_t *ranked(const struct model *model, int64_t (*time)(const struct model_import *))
{
    size_t count = model->imports.count;
    struct ranked *all = calloc(count + 1, sizeof *all);
    uint32_t *order = calloc(count + 1, sizeof *order);

    if (!all || !order)
        no_memory();
    for (size_t i = 0; i < count; i++)
        all[i] = (struct ranked){time(&model->imports.items[i]), (uint32_t)i};
    qsort(all, count, sizeof *all, by_rank);
    for (size_t i = 0; i < count; i++)
        order[i] = all[i].import;
    free(all);
    return order;
}

static int64_t self_of(const struct model_import *import)
{
    return import->self;
}

uint32_t *imports_by_total(const struct model *model)
{
    return ranked(model, import_total);
}

uint32_t *imports_by_self(const struct model *model)
{
    return ranked(model, self_of);
}

/* ---------------------------------------------------------------------------- savings */

enum { CANDIDATES = IMPORT_SAVINGS };

/* By string: the number of the last candidate for which it was set. */
struct marks {
    uint32_t *below; /* the module is imported by the candidate */
    uint32_t *asked; /* and by something else, too */
};

static bool is_at(const struct model *model, uint32_t a, uint32_t b)
{
    const struct model_place *left = &model->places.items[a], *right = &model->places.items[b];

    return left->file == right->file && left->line == right->line;
}

/* What other statements ask for would be imported all the same. */
static void mark(const struct model *model, struct marks *marks, uint32_t import, uint32_t number)
{
    const struct model_import *root = &model->imports.items[import];
    uint32_t process = model->threads.items[root->thread].process;

    for (uint32_t i = import; i < root->after; i++)
        marks->below[model->imports.items[i].name] = number;
    for (size_t i = 0; i < model->statements.count; i++) {
        const struct model_statement *statement = &model->statements.items[i];

        if (statement->process == process && marks->below[statement->imported] == number &&
            marks->below[statement->importer] != number &&
            !(statement->imported == root->name && is_at(model, statement->place, root->place)))
            marks->asked[statement->imported] = number;
    }
}

static int64_t saved_by(const struct model *model, const struct marks *marks, uint32_t import,
                        uint32_t number)
{
    int64_t saved = 0;

    for (uint32_t i = import; i < model->imports.items[import].after;) {
        const struct model_import *below = &model->imports.items[i];

        if (marks->asked[below->name] == number) {
            i = below->after;
            continue;
        }
        saved += below->self;
        i++;
    }
    return saved;
}

static int by_saved(const void *left, const void *right)
{
    const struct import_saving *a = left, *b = right;

    if (a->saved != b->saved)
        return a->saved > b->saved ? -1 : 1;
    return a->import < b->import ? -1 : a->import > b->import;
}

bool import_takes_names(const struct model *model, const struct model_import *import)
{
    return import->use == MODEL_USED && import->used_place != 0 &&
           is_at(model, import->used_place, import->place);
}

/* Before the import around it has ended, or as soon: it would only be put off by that. */
static bool is_used_at_once(const struct model *model, const struct model_import *import)
{
    enum { SOON = 1000000 };

    if (import->use != MODEL_USED || import->used < 0 || import_takes_names(model, import))
        return false;
    return import->used - import->end < SOON ||
           (import->parent != MODEL_NONE &&
            import->used <= model->imports.items[import->parent].end);
}

static bool is_meant(const struct model *model, const struct model_import *import,
                     enum import_advice advice)
{
    enum { LEFT_OUT = MODEL_LAZY | MODEL_FAILED | MODEL_OPEN_BEGIN | MODEL_OPEN_END };

    if ((import->flags & LEFT_OUT) || !import->chosen)
        return false;
    return advice == IMPORT_NEVER_USED
               ? import->use == MODEL_UNUSED
               : import->use != MODEL_UNUSED && !is_used_at_once(model, import);
}

static bool is_below_one(const struct model *model, const bool *taken, uint32_t import)
{
    uint32_t up = model->imports.items[import].parent;

    while (up != MODEL_NONE && !taken[up])
        up = model->imports.items[up].parent;
    return up != MODEL_NONE;
}

static size_t find_savings(const struct model *model, enum import_advice advice,
                           struct marks *marks, struct import_saving *found)
{
    uint32_t *order = imports_by_total(model);
    bool *taken = calloc(model->imports.count + 1, sizeof *taken);
    size_t count = 0;

    if (!taken)
        no_memory();
    for (size_t i = 0; i < model->imports.count && count < CANDIDATES; i++) {
        uint32_t number = (uint32_t)count + 1;

        if (!is_meant(model, &model->imports.items[order[i]], advice) ||
            (advice == IMPORT_NEVER_USED && is_below_one(model, taken, order[i])))
            continue;
        taken[order[i]] = true;
        mark(model, marks, order[i], number);
        found[count++] = (struct import_saving){order[i], saved_by(model, marks, order[i], number)};
    }
    free(taken);
    free(order);
    return count;
}

size_t import_savings(const struct model *model, enum import_advice advice,
                      struct import_saving *savings, size_t most)
{
    struct marks marks = {calloc(model->strings.count, sizeof *marks.below),
                          calloc(model->strings.count, sizeof *marks.asked)};
    struct import_saving found[CANDIDATES];
    size_t count;

    if (!marks.below || !marks.asked)
        no_memory();
    count = find_savings(model, advice, &marks, found);
    free(marks.below);
    free(marks.asked);
    qsort(found, count, sizeof *found, by_saved);
    while (advice == IMPORT_COULD_BE_LAZY && count > 0 && found[count - 1].saved <= 0)
        count--;
    if (count > most)
        count = most;
    memcpy(savings, found, count * sizeof *found);
    return count;
}
