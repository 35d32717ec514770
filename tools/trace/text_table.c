/* SPDX-License-Identifier: MIT */
/* Called by the text report of traces.  What stands in cells is UTF-8 without control characters.
 */
#include "trace/text_table.h"

#include "graph/vector.h"
#include "report/color.h"
#include "report/pool.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, GAP = 2, SHORTEST = 8, UNIT_BYTES = 16 };

#define ELLIPSIS "\xe2\x80\xa6"

/* ------------------------------------------------------------------------------ cells */

void text_table_begin(struct text_table *table, const struct text_column *columns, size_t count)
{
    *table = (struct text_table){.columns = columns, .column_count = count};
}

static unsigned width_of(const char *text)
{
    unsigned width = 0;

    for (; *text; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

static void add(struct text_table *table, char *text)
{
    table->cells = vector_grow(table->cells, &table->room, table->count, sizeof *table->cells);
    table->cells[table->count++] = (struct text_cell){text, width_of(text)};
}

void cell_add(struct text_table *table, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        no_memory();
    va_end(arguments);
    add(table, text);
}

/* Three digits, and the unit below which it would be 1000 or more. */
static const char *scaled(char *buffer, double number, double step, const char *const *units)
{
    size_t unit = 0;

    for (; units[unit + 1] && (number >= 999.5 || number <= -999.5); unit++)
        number /= step;
    double size = number < 0 ? -number : number;
    int digits = unit == 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;

    snprintf(buffer, UNIT_BYTES, "%.*f %s", digits, number, units[unit]);
    return buffer;
}

const char *time_text(char *buffer, int64_t time)
{
    static const char *const units[] = {"ns", "us", "ms", "s", NULL};

    return scaled(buffer, (double)time, 1000, units);
}

const char *bytes_text(char *buffer, int64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", NULL};

    return scaled(buffer, (double)bytes, 1024, units);
}

void cell_time(struct text_table *table, int64_t time)
{
    char buffer[UNIT_BYTES];

    cell_add(table, "%s", time_text(buffer, time));
}

void cell_bytes(struct text_table *table, int64_t bytes)
{
    char buffer[UNIT_BYTES];

    cell_add(table, "%s", bytes_text(buffer, bytes));
}

void cell_part(struct text_table *table, double part)
{
    cell_add(table, "%.1f %%", part * 100);
}

/* ----------------------------------------------------------------------------- widths */

static size_t rows_of(const struct text_table *table)
{
    return (table->count + table->column_count - 1) / table->column_count;
}

/* 0 for a column in which nothing stands: it is left out. */
static unsigned *widths_of(const struct text_table *table)
{
    unsigned *widths = calloc(table->column_count, sizeof *widths);

    if (!widths)
        no_memory();
    for (size_t i = 0; i < table->count; i++)
        if (table->cells[i].width > widths[i % table->column_count])
            widths[i % table->column_count] = table->cells[i].width;
    for (size_t i = 0; i < table->column_count; i++)
        if (widths[i] > 0 && widths[i] < width_of(table->columns[i].title))
            widths[i] = width_of(table->columns[i].title);
    return widths;
}

/* The widest column that can still give way, or the number of columns. */
static size_t widest(const struct text_table *table, const unsigned *widths)
{
    size_t found = table->column_count;

    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].gives_way && widths[i] > SHORTEST &&
            (found == table->column_count || widths[i] > widths[found]))
            found = i;
    return found;
}

static void narrow(const struct text_table *table, unsigned *widths, unsigned width)
{
    size_t sum = INDENT, column;

    for (size_t i = 0; i < table->column_count; i++)
        sum += widths[i] > 0 ? widths[i] + GAP : 0;
    sum -= sum > INDENT ? GAP : 0;
    while (sum > width && (column = widest(table, widths)) < table->column_count) {
        widths[column]--;
        sum--;
    }
}

/* --------------------------------------------------------------------------- printing */

/* A line while it is printed: blanks are only written before something else. */
struct table_line {
    FILE *out;
    unsigned blanks;
};

static void put(struct table_line *line, const char *text, size_t bytes)
{
    if (bytes == 0)
        return;
    fprintf(line->out, "%*s", (int)line->blanks, "");
    line->blanks = 0;
    fwrite(text, 1, bytes, line->out);
}

/* That many characters of it, or where those begin. */
static const char *behind(const char *text, unsigned characters)
{
    while (*text && characters > 0) {
        text++;
        if ((*text & 0xc0) != 0x80)
            characters--;
    }
    return text;
}

/* Names begin with what is general and end with what tells them apart. */
static void put_shortened(struct table_line *line, const struct text_cell *cell, unsigned width)
{
    unsigned front = (width - 1) / 3, back = width - 1 - front;
    const char *end = behind(cell->text, cell->width - back);

    put(line, cell->text, (size_t)(behind(cell->text, front) - cell->text));
    put(line, ELLIPSIS, strlen(ELLIPSIS));
    put(line, end, strlen(end));
}

static void put_cell(struct table_line *line, const struct text_column *column,
                     const struct text_cell *cell, unsigned width)
{
    unsigned blanks = cell->width < width ? width - cell->width : 0;

    line->blanks += column->right ? blanks : 0;
    if (cell->width > width)
        put_shortened(line, cell, width);
    else
        put(line, cell->text, strlen(cell->text));
    line->blanks += column->right ? 0 : blanks;
}

static void print_row(const struct text_table *table, FILE *out, const struct text_cell *cells,
                      size_t count, const unsigned *widths)
{
    struct table_line line = {.out = out, .blanks = INDENT};

    for (size_t i = 0; i < count; i++) {
        if (widths[i] == 0)
            continue;
        put_cell(&line, &table->columns[i], &cells[i], widths[i]);
        line.blanks += GAP;
    }
}

static void print_titles(const struct text_table *table, FILE *out, const unsigned *widths,
                         bool color)
{
    struct text_cell *titles = calloc(table->column_count, sizeof *titles);

    if (!titles)
        no_memory();
    for (size_t i = 0; i < table->column_count; i++)
        titles[i] =
            (struct text_cell){(char *)table->columns[i].title, width_of(table->columns[i].title)};
    if (color)
        fputs(COLOR_DIM, out);
    print_row(table, out, titles, table->column_count, widths);
    fputs(color ? COLOR_END "\n" : "\n", out);
    free(titles);
}

static void print(const struct text_table *table, FILE *out, unsigned width, bool color)
{
    unsigned *widths = widths_of(table);
    size_t columns = table->column_count;

    if (width > 0)
        narrow(table, widths, width);
    print_titles(table, out, widths, color);
    for (size_t row = 0; row < rows_of(table); row++) {
        size_t first = row * columns, rest = table->count - first;

        print_row(table, out, table->cells + first, rest < columns ? rest : columns, widths);
        putc('\n', out);
    }
    free(widths);
}

void text_table_end(struct text_table *table, FILE *out, unsigned width, bool color)
{
    if (table->count > 0)
        print(table, out, width, color);
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i].text);
    free(table->cells);
    *table = (struct text_table){0};
}
