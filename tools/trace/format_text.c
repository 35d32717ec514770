/* SPDX-License-Identifier: MIT */
/* Traces as tables, for people at a terminal. */
#include "trace/formats.h"

#include "report/color.h"
#include "trace/model_words.h"
#include "trace/text_page.h"

#include <stdarg.h>

enum { FRAMES_SHOWN = 8 };

void page_title(struct text_page *page, const char *format, ...)
{
    bool color = page->style->color;
    va_list arguments;

    if (page->begun)
        putc('\n', page->out);
    page->begun = true;
    fputs(color ? COLOR_BOLD : "", page->out);
    va_start(arguments, format);
    vfprintf(page->out, format, arguments);
    va_end(arguments);
    fputs(color ? COLOR_END "\n" : "\n", page->out);
}

size_t page_rows(const struct text_page *page, size_t count)
{
    return page->style->limit > 0 && count > page->style->limit ? page->style->limit : count;
}

void page_line(struct text_page *page, const char *format, ...)
{
    va_list arguments;

    fputs("  ", page->out);
    va_start(arguments, format);
    vfprintf(page->out, format, arguments);
    va_end(arguments);
    putc('\n', page->out);
}

void page_table(struct text_page *page, struct text_table *table, size_t count)
{
    size_t shown = page_rows(page, count);

    text_table_end(table, page->out, page->style->width, page->style->color);
    if (shown < count)
        page_line(page, "and %zu more (--limit=0 shows all)", count - shown);
}

void page_stack(struct text_page *page, uint32_t number)
{
    const struct model_stack *stack = &page->model->stacks.items[number];

    for (uint32_t i = 0; i < stack->count && i < FRAMES_SHOWN; i++)
        page_line(page, "    %s %s", i == 0 ? "at" : "by",
                  WORDS(words_place, page->model, page->model->frames.items[stack->first + i]));
    if (stack->count > FRAMES_SHOWN)
        page_line(page, "    and %u more frames", stack->count - FRAMES_SHOWN);
}

static int write_text(FILE *out, const struct model *model, const struct trace_style *style)
{
    struct text_page page = {.out = out, .model = model, .style = style};

    text_processes(&page);
    text_imports(&page);
    text_import_uses(&page);
    text_import_advice(&page);
    text_locks(&page);
    text_lock_waits(&page);
    text_gil(&page);
    text_threads(&page);
    return 0;
}

const struct trace_format trace_format_text = {
    .name = "text",
    .meaning = "tables of imports, locks, the GIL and threads",
    .write = write_text,
};
