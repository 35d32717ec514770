/* SPDX-License-Identifier: MIT */
/* The text report of a trace while it is written, a section a file. */
#ifndef PIHOOK_TRACE_TEXT_PAGE_H
#define PIHOOK_TRACE_TEXT_PAGE_H

#include "trace/formats.h"
#include "trace/text_table.h"

struct text_page {
    FILE *out;
    const struct model *model;
    const struct trace_style *style;
    bool begun; /* a section was written */
};

/* Begins a section: its title, behind an empty line. */
void page_title(struct text_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many rows of so many are shown. */
size_t page_rows(const struct text_page *page, size_t count);

/* Ends a table, and says how many rows were left out. */
void page_table(struct text_page *page, struct text_table *table, size_t count);

/* A line below a table. */
void page_line(struct text_page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The frames of a stack, a line each, but those at its end that say nothing. */
void page_stack(struct text_page *page, uint32_t stack);

/* Sections; each writes nothing where the trace has nothing of it. */
void text_processes(struct text_page *page);
void text_imports(struct text_page *page);
void text_import_uses(struct text_page *page);
void text_import_advice(struct text_page *page);
void text_locks(struct text_page *page);
void text_lock_waits(struct text_page *page);
void text_gil(struct text_page *page);
void text_threads(struct text_page *page);

#endif
