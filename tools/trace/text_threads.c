/* SPDX-License-Identifier: MIT */
/* Lives of threads.  Part of format text. */
#include "trace/model_words.h"
#include "trace/text_page.h"

static void add_thread(const struct model *model, struct text_table *table, uint32_t number)
{
    const struct model_thread *thread = &model->threads.items[number];

    cell_add(table, "%u", thread->tid);
    cell_add(table, "%s", WORDS(words_thread, model, number));
    cell_time(table, thread->began - model->begin);
    cell_time(table, thread->ended - thread->began);
    if (thread->cpu >= 0)
        cell_time(table, thread->cpu);
    else
        cell_add(table, "-");
    cell_add(table, "%s%s", words_fate(thread->fate),
             thread->traits & TRACE_DAEMON && thread->fate != FATE_DAEMON_AT_EXIT ? ", daemon"
                                                                                  : "");
    if (thread->open_holds > 0)
        cell_add(table, "%u", thread->open_holds);
    else
        cell_add(table, "-");
    cell_add(table, "%s", WORDS(words_thread, model, thread->creator));
    cell_add(table, "%s", WORDS(words_place, model, thread->place));
}

void text_threads(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"TID", true, false},   {"name", false, true},       {"began", true, false},
        {"lived", true, false}, {"CPU", true, false},        {"end", false, true},
        {"held", true, false},  {"created by", false, true}, {"at", false, true},
    };
    const struct model *model = page->model;
    struct text_table table;

    if (model->threads.count == 0)
        return;
    page_title(page, "Threads");
    TABLE_BEGIN(&table, columns);
    for (uint32_t i = 0; i < page_rows(page, model->threads.count); i++)
        add_thread(model, &table, i);
    page_table(page, &table, model->threads.count);
    page_line(page, "held: locks that it had at its end");
}
