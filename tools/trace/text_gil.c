/* SPDX-License-Identifier: MIT */
/* Who had the GIL, who waited for it, and the longest holds.  Part of format text. */
#include "report/pool.h"
#include "trace/lock_summary.h"
#include "trace/model_words.h"
#include "trace/text_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 10 };

static void add_thread(const struct model *model, struct text_table *table,
                       const struct gil_summary *summary)
{
    const struct model_thread *thread = &model->threads.items[summary->thread];
    double lived = (double)(thread->ended - thread->began);

    cell_add(table, "%" PRIu64, summary->waits.count);
    cell_time(table, summary->waits.total);
    cell_time(table, summary->waits.max);
    cell_part(table, lived > 0 ? (double)summary->waits.total / lived : 0);
    cell_add(table, "%" PRIu64, summary->holds.count);
    cell_time(table, summary->holds.total);
    cell_time(table, summary->holds.max);
    cell_part(table, lived > 0 ? (double)summary->holds.total / lived : 0);
    cell_add(table, "%s", WORDS(words_thread, model, summary->thread));
}

static void threads(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"waits", true, false}, {"total", true, false}, {"max", true, false},
        {"share", true, false}, {"holds", true, false}, {"total", true, false},
        {"max", true, false},   {"share", true, false}, {"thread", false, true},
    };
    struct gil_summaries found = summarise_gil(page->model);
    struct text_table table;

    if (found.count > 0)
        page_title(page, "The GIL, by thread");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < page_rows(page, found.count); i++)
        add_thread(page->model, &table, &found.items[i]);
    page_table(page, &table, found.count);
    if (found.count > 0)
        page_line(page, "share: of the thread's life");
    free(found.items);
}

/* How far the GIL keeps a process from doing two things at a time. */
static void serialised(struct text_page *page)
{
    const struct model *model = page->model;
    int64_t *held = calloc(model->processes.count + 1, sizeof *held);

    if (!held)
        no_memory();
    for (size_t i = 0; i < model->gil_holds.count; i++) {
        const struct model_hold *hold = &model->gil_holds.items[i];
        uint32_t process = model->threads.items[hold->thread].process;

        held[process] = time_sum(held[process], hold->end - hold->begin);
    }
    for (size_t i = 0; i < model->processes.count; i++) {
        const struct model_process *process = &model->processes.items[i];

        if (held[i] > 0 && process->ended > process->began)
            page_line(page, "process %d: some thread had it for %.1f %% of the time", process->pid,
                      100 * (double)held[i] / (double)(process->ended - process->began));
    }
    free(held);
}

/* ---------------------------------------------------------------------- longest holds */

static int64_t length_of(const struct model_hold *hold)
{
    return hold->end - hold->begin;
}

static size_t find_longest(const struct model *model, const struct model_hold **longest)
{
    size_t count = 0;

    for (size_t i = 0; i < model->gil_holds.count; i++) {
        const struct model_hold *hold = &model->gil_holds.items[i];
        size_t at;

        if (count == LONGEST && length_of(longest[count - 1]) >= length_of(hold))
            continue;
        for (at = count < LONGEST ? count++ : count - 1;
             at > 0 && length_of(longest[at - 1]) < length_of(hold); at--)
            longest[at] = longest[at - 1];
        longest[at] = hold;
    }
    return count;
}

/* The interpreter itself says nothing about what it ran. */
static bool is_interpreter(const char *object)
{
    const char *slash = strrchr(object, '/'), *name = slash ? slash + 1 : object;

    return !strncmp(name, "python", 6) || !strncmp(name, "libpython", 9);
}

/* The innermost native code of a stack that is no interpreter's; 0: none. */
static uint32_t native_of(const struct model *model, uint32_t number)
{
    const struct model_stack *stack = &model->stacks.items[number];

    for (uint32_t i = 0; i < stack->count; i++) {
        uint32_t place = model->frames.items[stack->first + i];
        const struct model_place *found = &model->places.items[place];

        if (found->native && found->file != 0 && !is_interpreter(model_string(model, found->file)))
            return place;
    }
    return 0;
}

/* The innermost line of a script in a stack; 0: none. */
static uint32_t line_of(const struct model *model, uint32_t number)
{
    const struct model_stack *stack = &model->stacks.items[number];

    for (uint32_t i = 0; i < stack->count; i++) {
        uint32_t place = model->frames.items[stack->first + i];

        if (!model->places.items[place].native)
            return place;
    }
    return 0;
}

static uint32_t drop_of(const struct model *model, const struct model_hold *hold)
{
    return hold->end_place != 0 ? hold->end_place : line_of(model, hold->end_stack);
}

static void longest_holds(struct text_page *page)
{
    static const struct text_column columns[] = {
        {"held", true, false},     {"began", true, false},      {"thread", false, true},
        {"taken at", false, true}, {"dropped at", false, true}, {"native code", false, true},
    };
    const struct model *model = page->model;
    const struct model_hold *longest[LONGEST];
    size_t count = find_longest(model, longest);
    struct text_table table;

    if (count > 0)
        page_title(page, "The longest holds of the GIL");
    TABLE_BEGIN(&table, columns);
    for (size_t i = 0; i < count; i++) {
        uint32_t native = native_of(model, longest[i]->end_stack);

        cell_time(&table, length_of(longest[i]));
        cell_time(&table, longest[i]->begin - model->begin);
        cell_add(&table, "%s", WORDS(words_thread, model, longest[i]->thread));
        cell_add(&table, "%s", WORDS(words_place, model, longest[i]->place));
        cell_add(&table, "%s", WORDS(words_place, model, drop_of(model, longest[i])));
        cell_add(&table, "%s", WORDS(words_place, model, native));
    }
    text_table_end(&table, page->out, page->style->width, page->style->color);
}

void text_gil(struct text_page *page)
{
    threads(page);
    serialised(page);
    longest_holds(page);
}
