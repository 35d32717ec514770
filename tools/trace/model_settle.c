/* SPDX-License-Identifier: MIT */
/*
 * Puts the arrays of a model into their order, once all files are read, and mends what refers to
 * items that moved.
 */
#include "graph/vector.h"
#include "report/pool.h"
#include "trace/model_reader.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------ permutations */

struct sort_key {
    int64_t time;
    uint32_t number; /* where the item was */
};

static int by_time(const void *left, const void *right)
{
    const struct sort_key *a = left, *b = right;

    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void *allocate(size_t count, size_t size)
{
    void *items = count > 0 ? reallocarray(NULL, count, size) : malloc(1);

    if (!items)
        no_memory();
    return items;
}

/* Item n becomes the one that was keys[n].number. */
static void *permute(void *items, const struct sort_key *keys, size_t count, size_t size)
{
    char *sorted = allocate(count, size);

    for (size_t i = 0; i < count; i++)
        memcpy(sorted + i * size, (char *)items + keys[i].number * size, size);
    free(items);
    return sorted;
}

/* Where each item went. */
static uint32_t *inverse(const struct sort_key *keys, size_t count)
{
    uint32_t *moved = allocate(count, sizeof *moved);

    for (size_t i = 0; i < count; i++)
        moved[keys[i].number] = (uint32_t)i;
    return moved;
}

/*
 * Sorts an array of the model by a member; its `moved` (to be freed) tells where each item is
 * now.  NULL: it was in order already.
 */
#define SORT(array, member)                                       \
    sort(&(array)->items, (array)->count, sizeof *(array)->items, \
         offsetof(__typeof__(*(array)->items), member))

static int64_t time_at(const void *items, size_t number, size_t size, size_t member)
{
    int64_t time;

    memcpy(&time, (const char *)items + number * size + member, sizeof time);
    return time;
}

static uint32_t *sort(void *array, size_t count, size_t size, size_t member)
{
    void *items;
    struct sort_key *keys;
    size_t i = 1;

    memcpy(&items, array, sizeof items);
    while (i < count && time_at(items, i - 1, size, member) <= time_at(items, i, size, member))
        i++;
    if (i >= count)
        return NULL;
    keys = allocate(count, sizeof *keys);
    for (i = 0; i < count; i++)
        keys[i] = (struct sort_key){time_at(items, i, size, member), (uint32_t)i};
    qsort(keys, count, sizeof *keys, by_time);
    items = permute(items, keys, count, size);
    memcpy(array, &items, sizeof items);
    uint32_t *moved = inverse(keys, count);

    free(keys);
    return moved;
}

static uint32_t moved_to(const uint32_t *moved, uint32_t number)
{
    return !moved || number == MODEL_NONE ? number : moved[number];
}

/* ------------------------------------------------------------------------------ locks */

static void settle_locks(struct model_waits *waits, struct model_holds *holds)
{
    uint32_t *waits_moved = SORT(waits, begin), *holds_moved = SORT(holds, begin);

    for (size_t i = 0; holds_moved && i < waits->count; i++) {
        waits->items[i].hold = moved_to(holds_moved, waits->items[i].hold);
        waits->items[i].holder_hold = moved_to(holds_moved, waits->items[i].holder_hold);
    }
    for (size_t i = 0; waits_moved && i < holds->count; i++)
        holds->items[i].wait = moved_to(waits_moved, holds->items[i].wait);
    free(waits_moved);
    free(holds_moved);
}

/* ---------------------------------------------------------------------------- imports */

/* The tree of imports while it is walked: first those of a thread, then those below one. */
struct tree {
    uint32_t *first_of_thread, *last_of_thread;
    uint32_t *first, *last, *next;
};

static uint32_t *none(size_t count)
{
    uint32_t *numbers = allocate(count, sizeof *numbers);

    for (size_t i = 0; i < count; i++)
        numbers[i] = MODEL_NONE;
    return numbers;
}

static void append(struct tree *tree, uint32_t *first, uint32_t *last, uint32_t import)
{
    if (*last == MODEL_NONE)
        *first = import;
    else
        tree->next[*last] = import;
    *last = import;
}

static struct tree grow_tree(const struct model *model)
{
    size_t count = model->imports.count, threads = model->threads.count;
    struct tree tree = {none(threads), none(threads), none(count), none(count), none(count)};

    for (uint32_t i = 0; i < count; i++) {
        const struct model_import *import = &model->imports.items[i];

        if (import->parent == MODEL_NONE)
            append(&tree, &tree.first_of_thread[import->thread],
                   &tree.last_of_thread[import->thread], i);
        else
            append(&tree, &tree.first[import->parent], &tree.last[import->parent], i);
    }
    return tree;
}

static void fell(struct tree *tree)
{
    free(tree->first_of_thread);
    free(tree->last_of_thread);
    free(tree->first);
    free(tree->last);
    free(tree->next);
}

/* The next one in the tree's order, and how far that is up; MODEL_NONE at its end. */
static uint32_t walk(const struct model *model, const struct tree *tree, uint32_t at,
                     uint32_t *depth)
{
    if (tree->first[at] != MODEL_NONE) {
        ++*depth;
        return tree->first[at];
    }
    while (at != MODEL_NONE && tree->next[at] == MODEL_NONE) {
        at = model->imports.items[at].parent;
        if (at != MODEL_NONE)
            --*depth;
    }
    return at == MODEL_NONE ? MODEL_NONE : tree->next[at];
}

static struct sort_key *order_imports(struct model *model)
{
    struct tree tree = grow_tree(model);
    struct sort_key *keys = allocate(model->imports.count, sizeof *keys);
    uint32_t count = 0;

    for (size_t thread = 0; thread < model->threads.count; thread++) {
        uint32_t depth = 0;

        for (uint32_t at = tree.first_of_thread[thread]; at != MODEL_NONE;
             at = walk(model, &tree, at, &depth)) {
            model->imports.items[at].depth = depth;
            keys[count++].number = at;
        }
    }
    fell(&tree);
    return keys;
}

/* Behind the last one that is deeper; from the end on, so that each is seen once. */
static void add_after(struct model *model)
{
    struct model_import *items = model->imports.items;

    for (size_t i = model->imports.count; i-- > 0;) {
        uint32_t after = (uint32_t)i + 1;

        while (after < model->imports.count && items[after].thread == items[i].thread &&
               items[after].depth > items[i].depth)
            after = items[after].after;
        items[i].after = after;
    }
}

static void settle_imports(struct model *model)
{
    size_t count = model->imports.count;
    struct sort_key *keys = order_imports(model);
    uint32_t *moved = inverse(keys, count);

    model->imports.items = permute(model->imports.items, keys, count, sizeof *model->imports.items);
    free(keys);
    for (size_t i = 0; i < count; i++)
        model->imports.items[i].parent = moved_to(moved, model->imports.items[i].parent);
    for (size_t i = 0; i < model->hooks.count; i++)
        model->hooks.items[i].import = moved_to(moved, model->hooks.items[i].import);
    for (size_t i = 0; i < model->libraries.count; i++)
        model->libraries.items[i].import = moved_to(moved, model->libraries.items[i].import);
    free(moved);
    add_after(model);
}

/* -------------------------------------------------------------------------- processes */

/* The process that had the pid at that time: the last one that began before. */
static uint32_t process_of(const struct model *model, int32_t pid, int64_t time)
{
    for (size_t i = model->processes.count; i-- > 0;)
        if (model->processes.items[i].pid == pid && model->processes.items[i].began <= time)
            return (uint32_t)i;
    return MODEL_NONE;
}

static bool is_fork_in(const struct model *model, const struct model_moment *moment,
                       uint32_t process)
{
    return moment->kind == TRACE_FORKS && model->threads.items[moment->thread].process == process;
}

/* The fork is told before there is a child: the last one before the child began. */
static void settle_fork(struct model *model, uint32_t child)
{
    const struct model_process *process = &model->processes.items[child];

    if ((process->flags & TRACE_FORKED) == 0 || process->parent == MODEL_NONE)
        return;
    for (size_t i = model->moments.count; i-- > 0;) {
        struct model_moment *moment = &model->moments.items[i];

        if (moment->time <= process->began && moment->other == MODEL_NONE &&
            is_fork_in(model, moment, process->parent)) {
            moment->other = child;
            return;
        }
    }
}

/* Its next life is there: it did not end, but exec'd. */
static bool is_replaced(const struct model *model, size_t number)
{
    const struct model_process *process = &model->processes.items[number];

    for (size_t i = number + 1; i < model->processes.count; i++)
        if (model->processes.items[i].pid == process->pid &&
            model->processes.items[i].began >= process->ended)
            return !process->exited;
    return false;
}

static void settle_processes(struct model *model)
{
    for (size_t i = 0; i < model->processes.count; i++) {
        struct model_process *process = &model->processes.items[i];

        if (process->parent_pid != process->pid)
            process->parent = process_of(model, process->parent_pid, process->began);
        process->replaced = is_replaced(model, i);
        if (i == 0 || process->began < model->begin)
            model->begin = process->began;
        if (process->ended > model->end)
            model->end = process->ended;
    }
    for (size_t i = 0; i < model->processes.count; i++)
        settle_fork(model, (uint32_t)i);
}

/* ------------------------------------------------------------------------ all of them */

/* No interval begins before the model does. */
static void take_first(int64_t *begin, bool any, int64_t first)
{
    if (any && first < *begin)
        *begin = first;
}

#define TAKE_FIRST(array, member)                     \
    take_first(&model->begin, model->array.count > 0, \
               model->array.count > 0 ? model->array.items[0].member : 0)

void model_settle(struct model *model)
{
    settle_locks(&model->waits, &model->holds);
    settle_locks(&model->gil_waits, &model->gil_holds);
    free(SORT(&model->conditions, begin));
    free(SORT(&model->joins, begin));
    free(SORT(&model->hooks, begin));
    free(SORT(&model->libraries, begin));
    free(SORT(&model->moments, time));
    settle_imports(model);
    settle_processes(model);
    TAKE_FIRST(waits, begin);
    TAKE_FIRST(holds, begin);
    TAKE_FIRST(gil_waits, begin);
    TAKE_FIRST(gil_holds, begin);
    TAKE_FIRST(conditions, begin);
    TAKE_FIRST(joins, begin);
    TAKE_FIRST(hooks, begin);
    TAKE_FIRST(libraries, begin);
    TAKE_FIRST(moments, time);
    for (size_t i = 0; i < model->imports.count; i++)
        take_first(&model->begin, true, model->imports.items[i].begin);
    for (size_t i = 0; i < model->threads.count; i++)
        take_first(&model->begin, true, model->threads.items[i].began);
}
