/* SPDX-License-Identifier: MIT */
/* Lock classes, what they cost, and the longest holds.  Part of format text. */
#include "trace/lock_summary.h"
#include "trace/model_words.h"
#include "trace/text_page.h"

#include <inttypes.h>
#include <stdlib.h>

enum { LONGEST = 5 };

static void add_waits(const struct model *model, struct text_table *table,
                      const struct class_summary *summary)
{
    const struct durations *waits = &summary->waits;

    cell_add(table, "%" PRIu64, waits->count);
    cell_time(table, waits->total);
    cell_time(table, waits->max);
    cell_time(table, waits->p50);
    cell_time(table, waits->p95);
    cell_time(table, waits->p99);
    cell_add(table, "%s", WORDS(words_class, model, summary->lock_class));
}

/* Those that waited come first in the summaries. */
static void classes_by_waits(struct text_page *page, const struct class_summaries *summaries)
{
    static const struct text_column columns[] = {
        {"waits", true, false}, {"total", true, false}, {"max", true, false},
        {"p50", true, false},   {"p95", true, false},   {"p99", true, false},
        {"locks", false, true},
    };
    struct text_table table;
    size_t count = 0;

    while (count < summaries->count && summaries->items[count].waits.total > 0)
        count++;
    if (count > 0)
        page_title(page, "Locks that were waited for, by where they come from");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, count); i++)
        add_waits(page->model, &table, &summaries->items[i]);
    page_table(page, &table, count);
}

static int by_hold(const void *left, const void *right)
{
    const struct class_summary *a = left, *b = right;

    if (a->holds.total != b->holds.total)
        return a->holds.total > b->holds.total ? -1 : 1;
    return a->lock_class < b->lock_class ? -1 : a->lock_class > b->lock_class;
}

static void add_class(const struct model *model, struct text_table *table,
                      const struct class_summary *summary)
{
    const struct durations *holds = &summary->holds;

    cell_add(table, "%" PRIu64, summary->acquisitions);
    cell_add(table, "%" PRIu64, summary->contended);
    cell_add(table, "%" PRIu64, summary->failures);
    cell_time(table, holds->total);
    cell_time(table, holds->max);
    cell_time(table, holds->p99);
    cell_add(table, "%u", summary->locks);
    cell_add(table, "%s", WORDS(words_class, model, summary->lock_class));
}

static void classes_by_holds(struct text_page *page, struct class_summaries *summaries)
{
    static const struct text_column columns[] = {
        {"acquired", true, false}, {"waited", true, false}, {"busy", true, false},
        {"held", true, false},     {"max", true, false},    {"p99", true, false},
        {"number", true, false},   {"locks", false, true},
    };
    struct text_table table;

    if (summaries->count == 0)
        return;
    qsort(summaries->items, summaries->count, sizeof *summaries->items, by_hold);
    page_title(page, "Locks, by where they come from");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, summaries->count); i++)
        add_class(page->model, &table, &summaries->items[i]);
    page_table(page, &table, summaries->count);
}

/* ---------------------------------------------------------------------- longest holds */

static int64_t length_of(const struct model_hold *hold)
{
    return hold->end - hold->begin;
}

/* A signal is no lock that is held; how long an open one would have been nobody knows. */
static bool is_counted(const struct model *model, const struct model_hold *hold)
{
    uint32_t lock_class = model->locks.items[hold->lock].lock_class;

    return !(model->classes.items[lock_class].traits & (TRAIT_SIGNAL | TRAIT_SENTINEL)) &&
           !(hold->flags & (MODEL_OPEN_BEGIN | MODEL_OPEN_END | MODEL_BY_OTHER));
}

static bool is_of_same_place(const struct model *model, const struct model_hold *a,
                             const struct model_hold *b)
{
    return a->place == b->place &&
           model->locks.items[a->lock].lock_class == model->locks.items[b->lock].lock_class;
}

/* Where a hold belongs: the one of its class and place, or behind all of them. */
static size_t place_in(const struct model *model, const struct model_hold **longest, size_t count,
                       const struct model_hold *hold)
{
    size_t at = 0;

    while (at < count && !is_of_same_place(model, longest[at], hold))
        at++;
    return at;
}

/* The longest ones, of each class and place one. */
static size_t find_longest(const struct model *model, const struct model_hold **longest)
{
    size_t count = 0;

    for (size_t i = 0; i < model->holds.count; i++) {
        const struct model_hold *hold = &model->holds.items[i];
        size_t at;

        if (!is_counted(model, hold) ||
            (count == LONGEST && length_of(longest[count - 1]) >= length_of(hold)))
            continue;
        at = place_in(model, longest, count, hold);
        if (at < count && length_of(longest[at]) >= length_of(hold))
            continue;
        if (at == count)
            at = count < LONGEST ? count++ : count - 1;
        for (; at > 0 && length_of(longest[at - 1]) < length_of(hold); at--)
            longest[at] = longest[at - 1];
        longest[at] = hold;
    }
    return count;
}

static void print_hold(struct text_page *page, const struct model_hold *hold)
{
    const struct model *model = page->model;
    char length[16], began[16];

    page_line(page, "%s  %s in thread %s, %s after the start", time_text(length, length_of(hold)),
              WORDS(words_lock, model, hold->lock), WORDS(words_thread, model, hold->thread),
              time_text(began, hold->begin - model->begin));
    if (hold->stack != 0)
        page_stack(page, hold->stack);
    else if (hold->place != 0)
        page_line(page, "    at %s", WORDS(words_place, model, hold->place));
    if (hold->end_stack != 0) {
        page_line(page, "    released");
        page_stack(page, hold->end_stack);
    } else if (hold->end_place != 0) {
        page_line(page, "    released at %s", WORDS(words_place, model, hold->end_place));
    }
}

static void longest_holds(struct text_page *page)
{
    const struct model_hold *longest[LONGEST];
    size_t count = find_longest(page->model, longest);

    if (count > 0)
        page_title(page, "Locks that were held longest at a time");
    for (size_t i = 0; i < count; i++)
        print_hold(page, longest[i]);
}

void text_locks(struct text_page *page)
{
    struct class_summaries summaries = summarise_classes(page->model);

    classes_by_waits(page, &summaries);
    classes_by_holds(page, &summaries);
    free(summaries.items);
    longest_holds(page);
}
