/* SPDX-License-Identifier: MIT */
/*
 * Tables of the statistics.  Called when the process exits or is asked; others may go on
 * counting meanwhile.
 */
#include "trace/stats_text.h"

#include "locks/identity.h"
#include "locks/lock.h"
#include "report/place.h"
#include "trace/stats.h"
#include "trace/stats_locks.h"

#include <string.h>

enum { ROWS = 15, CELL_BYTES = 32, NUMBER_WIDTH = 10 };

/* ---- cells ---- */

static void pad(struct text *text, size_t count)
{
    while (count-- > 0)
        text_add(text, " ");
}

/* To the right of its column. */
static void cell(struct text *text, const char *bytes)
{
    size_t length = strlen(bytes);

    pad(text, length < NUMBER_WIDTH ? NUMBER_WIDTH - length : 1);
    text_add(text, bytes);
}

static void number_cell(struct text *text, uint64_t number)
{
    char bytes[CELL_BYTES];
    struct text cell_text = text_in(bytes, sizeof bytes);

    text_add_int(&cell_text, (int64_t)number);
    cell(text, bytes);
}

/* Three digits at least, and the unit, behind a space. */
static void time_add(struct text *text, int64_t nanoseconds)
{
    static const struct {
        int64_t one;
        const char *name;
    } UNITS[] = {{1000000000, " s"}, {1000000, " ms"}, {1000, " us"}, {1, " ns"}};
    unsigned unit = 0;

    while (UNITS[unit].one > 1 && nanoseconds < UNITS[unit].one)
        unit++;
    int64_t whole = nanoseconds / UNITS[unit].one;
    text_add(text, " ");
    text_add_int(text, whole);
    if (UNITS[unit].one > 1 && whole < 100) {
        int64_t hundredths = nanoseconds % UNITS[unit].one * 100 / UNITS[unit].one;

        text_add(text, ".");
        text_add_int(text, hundredths / 10);
        if (whole < 10)
            text_add_int(text, hundredths % 10);
    }
    text_add(text, UNITS[unit].name);
}

static void time_cell(struct text *text, int64_t nanoseconds)
{
    char bytes[CELL_BYTES];
    struct text cell_text = text_in(bytes, sizeof bytes);

    time_add(&cell_text, nanoseconds);
    cell(text, bytes + 1);
}

static void heads(struct text *text, const char *title, const char *const *names)
{
    text_join(text, title, "\n", NULL);
    for (; *names != NULL; names++)
        cell(text, *names);
    text_add(text, "\n");
}

static void spread_cells(struct text *text, const struct spread *spread)
{
    number_cell(text, spread->count);
    time_cell(text, spread->total);
    time_cell(text, spread_share(spread, 50));
    time_cell(text, spread_share(spread, 99));
    time_cell(text, spread->longest);
}

/* ---- the largest of a kind ---- */

typedef const void *at_function(uint32_t number);
typedef int64_t size_function(const void *record);

struct top {
    const void *rows[ROWS];
    int64_t sizes[ROWS];
    unsigned count;
    uint32_t all;
};

static void top_add(struct top *top, const void *record, int64_t size)
{
    unsigned place = top->count < ROWS ? top->count++ : ROWS;

    if (place == ROWS && top->sizes[--place] >= size)
        return;
    for (; place > 0 && top->sizes[place - 1] < size; place--) {
        top->rows[place] = top->rows[place - 1];
        top->sizes[place] = top->sizes[place - 1];
    }
    top->rows[place] = record;
    top->sizes[place] = size;
}

/* Those of which nothing is to be said have the size 0. */
static struct top top_of(at_function *at, size_function *size)
{
    struct top top = {.count = 0};
    const void *record;

    for (uint32_t number = 1; (record = at(number)) != NULL; number++) {
        int64_t its_size = size(record);

        if (its_size > 0) {
            top.all++;
            top_add(&top, record, its_size);
        }
    }
    return top;
}

static void tell_rest(struct text *text, const struct top *top)
{
    if (top->all <= top->count)
        return;
    text_add(text, "  and ");
    text_add_int(text, top->all - top->count);
    text_add(text, " more\n");
}

/* ---- locks ---- */

static const void *lock_at(uint32_t number)
{
    return stats_lock_at(number);
}

/* Those that were waited for first, then those that were held. */
static int64_t lock_size(const void *record)
{
    struct stats_count sum;

    stats_lock_sum(record, &sum);
    return sum.waits.total > 0 ? sum.waits.total + (INT64_C(1) << 61)
                               : sum.holds.total + (sum.acquired > 0);
}

static void add_class(struct text *text, const struct stats_lock *lock)
{
    const struct lock_class class = class_at(lock->lock_class);
    struct place place = place_of_frame(class.address);

    text_join(text, "  ", lock_kind_name(lock->kind), NULL);
    if (lock->lock_class == 0)
        return;
    place.is_data = class.origin == ORIGIN_STATIC;
    text_add(text, place.is_data ? " " : " of ");
    place_text(text, &place);
}

static void add_locks(struct text *text)
{
    static const char *const HEADS[] = {"acquired", "waited",  "in all",    "median",
                                        "99 %",     "longest", "held: all", "median",
                                        "99 %",     "longest", NULL};
    const struct top top = top_of(lock_at, lock_size);

    if (top.count == 0)
        return;
    heads(text, "locks, by where they were made", HEADS);
    for (unsigned i = 0; i < top.count; i++) {
        struct stats_count sum;

        stats_lock_sum(top.rows[i], &sum);
        number_cell(text, sum.acquired);
        spread_cells(text, &sum.waits);
        time_cell(text, sum.holds.total);
        time_cell(text, spread_share(&sum.holds, 50));
        time_cell(text, spread_share(&sum.holds, 99));
        time_cell(text, sum.holds.longest);
        add_class(text, top.rows[i]);
        text_add(text, "\n");
    }
    tell_rest(text, &top);
}

/* ---- places ---- */

static const void *place_at(uint32_t number)
{
    return stats_place_at(number);
}

static int64_t place_size(const void *record)
{
    return ((const struct stats_place *)record)->waits.total;
}

static void add_places(struct text *text)
{
    static const char *const HEADS[] = {"waited", "in all", "median", "99 %", "longest", NULL};
    const struct top top = top_of(place_at, place_size);

    if (top.count == 0)
        return;
    heads(text, "places that waited for locks", HEADS);
    for (unsigned i = 0; i < top.count; i++) {
        const struct stats_place *row = top.rows[i];
        const struct place place = place_of_frame(row->place);

        spread_cells(text, &row->waits);
        text_add(text, "  ");
        place_text(text, &place);
        text_add(text, "\n");
    }
    tell_rest(text, &top);
}

/* ---- the GIL ---- */

static const void *thread_at(uint32_t number)
{
    return stats_thread_at(number);
}

static int64_t thread_size(const void *record)
{
    const struct stats_thread *thread = record;

    return thread->interpreter_waits.total + thread->interpreter_holds.total;
}

static void percent_cell(struct text *text, int64_t part, int64_t whole)
{
    char bytes[CELL_BYTES];
    struct text cell_text = text_in(bytes, sizeof bytes);

    text_add_int(&cell_text, whole <= 0 ? 0 : part * 100 / whole);
    text_add(&cell_text, " %");
    cell(text, bytes);
}

static void add_threads(struct text *text, int64_t now)
{
    static const char *const HEADS[] = {"waited", "in all",  "longest", "of life", "held",
                                        "in all", "longest", "of life", NULL};
    const struct top top = top_of(thread_at, thread_size);

    if (top.count == 0)
        return;
    heads(text, "the GIL, by thread", HEADS);
    for (unsigned i = 0; i < top.count; i++) {
        const struct stats_thread *thread = top.rows[i];
        int64_t life = (thread->ended == 0 ? now : thread->ended) - thread->began;

        number_cell(text, thread->interpreter_waits.count);
        time_cell(text, thread->interpreter_waits.total);
        time_cell(text, thread->interpreter_waits.longest);
        percent_cell(text, thread->interpreter_waits.total, life);
        number_cell(text, thread->interpreter_holds.count);
        time_cell(text, thread->interpreter_holds.total);
        time_cell(text, thread->interpreter_holds.longest);
        percent_cell(text, thread->interpreter_holds.total, life);
        text_join(text, "  ", thread->name, NULL);
        if (thread->tid != 0) {
            text_add(text, " (");
            text_add_int(text, thread->tid);
            text_add(text, ")");
        }
        text_add(text, "\n");
    }
    tell_rest(text, &top);
}

/* ---- imports ---- */

static const void *module_at(uint32_t number)
{
    return stats_module_at(number);
}

static int64_t module_size(const void *record)
{
    return ((const struct stats_module *)record)->self;
}

static void add_modules(struct text *text)
{
    static const char *const HEADS[] = {"imported", "itself", "with all", NULL};
    const struct top top = top_of(module_at, module_size);

    if (top.count == 0)
        return;
    heads(text, "imports", HEADS);
    for (unsigned i = 0; i < top.count; i++) {
        const struct stats_module *module = top.rows[i];

        number_cell(text, module->times);
        time_cell(text, module->self);
        time_cell(text, module->cumulative);
        text_join(text, "  ", module->name, "\n", NULL);
    }
    tell_rest(text, &top);
}

void stats_text(struct text *text, const char *process, int64_t from, int64_t now)
{
    size_t begin = text->length, headed;

    text_join(text, "pihook: statistics of ", process, ",", NULL);
    time_add(text, now - from);
    text_add(text, "\n");
    headed = text->length;
    add_locks(text);
    add_places(text);
    add_threads(text, now);
    add_modules(text);
    if (text->length == headed)
        *text = (struct text){.bytes = text->bytes, .size = text->size, .length = begin};
    text->bytes[text->length] = '\0';
}
