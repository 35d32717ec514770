/* SPDX-License-Identifier: MIT */
/* Who waited for whom, and convoys.  Part of format text. */
#include "trace/model_words.h"
#include "trace/text_page.h"
#include "trace/wait_summary.h"

#include <stdlib.h>

static void add_pair(const struct model *model, struct text_table *table,
                     const struct wait_pair *pair)
{
    const struct model_wait *longest = &model->waits.items[pair->longest];

    cell_add(table, "%u", pair->count);
    cell_time(table, pair->total);
    cell_time(table, longest->end - longest->begin);
    cell_add(table, "%s", WORDS(words_class, model, pair->lock_class));
    cell_add(table, "%s", WORDS(words_thread, model, longest->thread));
    cell_add(table, "%s", WORDS(words_place, model, pair->place));
    cell_add(table, "%s", WORDS(words_thread, model, longest->holder));
    cell_add(table, "%s", WORDS(words_place, model, pair->holder_place));
}

static void pairs(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"waits", true, false},      {"total", true, false},        {"longest", true, false},
        {"for", false, true},        {"thread", false, true},       {"waited at", false, true},
        {"for thread", false, true}, {"which was at", false, true},
    };
    struct wait_pairs found = summarise_pairs(page->model);
    struct text_table table;

    if (found.count > 0)
        page_title(page, "Who waited for whom");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, found.count); i++)
        add_pair(page->model, &table, &found.items[i]);
    page_table(page, &table, found.count);
    if (found.count > 0)
        page_line(page, "the threads are those of the longest wait");
    free(found.items);
}

static void add_convoy(const struct model *model, struct text_table *table,
                       const struct convoy *convoy)
{
    const struct model_wait *wait = &model->waits.items[convoy->wait];

    cell_add(table, "%u", convoy->count);
    cell_add(table, "%u", convoy->threads);
    cell_time(table, convoy->total);
    cell_time(table, convoy->longest);
    cell_time(table, convoy->longest_began - model->begin);
    cell_add(table, "%s", WORDS(words_class, model, convoy->lock_class));
    cell_add(table, "%s", WORDS(words_thread, model, wait->holder));
    cell_add(table, "%s", WORDS(words_place, model, wait_holder_place(model, &model->holds, wait)));
}

static void convoys(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"times", true, false},      {"threads", true, false},      {"total", true, false},
        {"longest", true, false},    {"began", true, false},        {"for", false, true},
        {"for thread", false, true}, {"which was at", false, true},
    };
    struct convoys found = summarise_convoys(page->model);
    struct text_table table;

    if (found.count > 0)
        page_title(page, "Convoys: %d or more threads waited for one lock", CONVOY_THREADS);
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, found.count); i++)
        add_convoy(page->model, &table, &found.items[i]);
    page_table(page, &table, found.count);
    free(found.items);
}

void text_lock_waits(struct text_page *page)
{
    pairs(page);
    convoys(page);
}
