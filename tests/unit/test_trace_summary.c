/* SPDX-License-Identifier: MIT */
/* What reports of traces say of locks, waits and imports, and in which columns. */
#include "scratch.h"
#include "trace_reading.h"
#include "unit.h"

#include "trace/durations.h"
#include "trace/formats.h"
#include "trace/import_summary.h"
#include "trace/lock_summary.h"
#include "trace/text_table.h"
#include "trace/wait_summary.h"

#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------------------- durations */

static void percentiles_are_the_nearest_ranks(void **state)
{
    struct duration_samples samples = {0};
    struct durations *found;

    (void)state;
    for (int64_t i = 100; i > 0; i--)
        durations_add(&samples, 1, i * 10);
    durations_add(&samples, 0, 7);
    found = durations_by_key(&samples, 3);
    assert_int_equal(found[1].count, 100);
    assert_int_equal(found[1].total, 50500);
    assert_int_equal(found[1].max, 1000);
    assert_int_equal(found[1].p50, 500);
    assert_int_equal(found[1].p95, 950);
    assert_int_equal(found[1].p99, 990);
    assert_int_equal(found[0].p50, 7);
    assert_int_equal(found[0].p99, 7);
    assert_int_equal(found[2].count, 0);
    free(found);
}

/* ------------------------------------------------------------------------------ locks */

static const char CONVOY[] =
    "process pid=7 began=0 ended=2000\n"
    "thread 1 name=holder\nthread 2 name=b\nthread 3 name=c\nthread 4 name=d\n"
    "class jobs origin=created place=make@app.py:3\n"
    "class quiet origin=created place=make@app.py:4\n"
    "50 5 lock-acquired 0xb0 class=quiet kind=lock\n"
    "60 5 lock-released 0xb0 class=quiet kind=lock\n"
    "100 1 lock-acquired 0xa0 class=jobs kind=lock place=hold@app.py:10\n"
    "200 2 lock-waits 0xa0 class=jobs kind=lock place=get@app.py:20\n"
    "300 3 lock-waits 0xa0 class=jobs kind=lock place=get@app.py:20\n"
    "400 4 lock-waits 0xa0 class=jobs kind=lock place=get@app.py:30\n"
    "1000 1 lock-released 0xa0 class=jobs kind=lock\n"
    "1000 2 lock-acquired 0xa0 class=jobs kind=lock detail=1\n"
    "1100 2 lock-released 0xa0 class=jobs kind=lock\n"
    "1100 3 lock-acquired 0xa0 class=jobs kind=lock detail=1\n"
    "1200 3 lock-released 0xa0 class=jobs kind=lock\n"
    "1300 4 lock-acquired 0xa0 class=jobs kind=lock detail=1\n"
    "1400 4 lock-released 0xa0 class=jobs kind=lock\n";

static void a_class_has_its_waits_and_holds(void **state)
{
    struct model model = model_of_script(CONVOY);
    struct class_summaries classes = summarise_classes(&model);
    const struct class_summary *jobs = &classes.items[0];

    (void)state;
    assert_int_equal(classes.count, 2);
    assert_int_equal(jobs->acquisitions, 4);
    assert_int_equal(jobs->contended, 3);
    assert_int_equal(jobs->locks, 1);
    assert_int_equal(jobs->waits.total, 800 + 800 + 900);
    assert_int_equal(jobs->waits.max, 900);
    assert_int_equal(jobs->holds.total, 900 + 100 + 100 + 100);
    assert_int_equal(jobs->holds.max, 900);
    assert_int_equal(jobs->blocked, 1100);
    assert_int_equal(classes.items[1].waits.count, 0);
    assert_int_equal(classes.items[1].holds.total, 10);
    free(classes.items);
    model_free(&model);
}

static void waits_are_told_by_both_places(void **state)
{
    struct model model = model_of_script(CONVOY);
    struct wait_pairs pairs = summarise_pairs(&model);

    (void)state;
    assert_int_equal(pairs.count, 2);
    assert_int_equal(pairs.items[0].count, 2);
    assert_int_equal(pairs.items[0].total, 1600);
    assert_int_equal(model.places.items[pairs.items[0].place].line, 20);
    assert_int_equal(model.places.items[pairs.items[0].holder_place].line, 10);
    assert_int_equal(pairs.items[1].total, 900);
    free(pairs.items);
    model_free(&model);
}

static void three_that_wait_at_a_time_are_a_convoy(void **state)
{
    struct model model = model_of_script(CONVOY);
    struct convoys convoys = summarise_convoys(&model);

    (void)state;
    assert_int_equal(convoys.count, 1);
    assert_int_equal(convoys.items[0].count, 1);
    assert_int_equal(convoys.items[0].threads, 3);
    assert_int_equal(convoys.items[0].longest_began, 400);
    assert_int_equal(convoys.items[0].longest, 600);
    free(convoys.items);
    model_free(&model);
}

static void two_that_wait_and_one_that_comes_as_one_goes_are_none(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 lock-waits 0xa0\n"
                                         "200 2 lock-waits 0xa0\n"
                                         "300 1 lock-acquired 0xa0 detail=1\n"
                                         "300 3 lock-waits 0xa0\n"
                                         "350 4 lock-waits 0xb0\n"
                                         "500 1 exits\n");
    struct convoys convoys = summarise_convoys(&model);

    (void)state;
    assert_int_equal(convoys.count, 0);
    model_free(&model);
}

static void the_time_that_some_thread_waits_counts_once(void **state)
{
    struct model model = model_of_script("process pid=7 began=0 ended=1000\n"
                                         "100 1 lock-waits 0xa0\n"
                                         "150 2 lock-waits 0xa0\n"
                                         "200 3 gil-waits 0xd0\n"
                                         "300 1 lock-acquired 0xa0 detail=1\n"
                                         "400 2 lock-failed 0xa0 detail=1\n"
                                         "500 3 gil-taken 0xd0 detail=1\n"
                                         "600 3 gil-dropped 0xd0\n");
    struct blocked *blocked = summarise_blocked(&model);
    struct gil_summaries gil = summarise_gil(&model);

    (void)state;
    assert_int_equal(blocked[0].lock, 300);
    assert_int_equal(blocked[0].gil, 300);
    assert_int_equal(blocked[0].either, 400);
    assert_int_equal(gil.count, 1);
    assert_int_equal(gil.items[0].waits.total, 300);
    assert_int_equal(gil.items[0].holds.total, 100);
    free(gil.items);
    free(blocked);
    model_free(&model);
}

/* ---------------------------------------------------------------------------- imports */

static const char SAVING[] =
    "process pid=7\n"
    "statement importer=app imported=big count=1 place=<module>@/app.py:2\n"
    "statement importer=big imported=shared count=1 place=<m>@/big.py:1\n"
    "statement importer=app imported=shared count=1 place=<m>@/app.py:9\n"
    "statement importer=big imported=own count=1 place=<m>@/big.py:2\n"
    "100 1 import-begins big place=<module>@/app.py:2\n"
    "200 1 import-begins shared place=<m>@/big.py:1\n"
    "500 1 import-ends shared detail=1\n"
    "600 1 import-begins own place=<m>@/big.py:2\n"
    "650 1 import-ends own detail=1\n"
    "1100 1 import-ends big detail=1\n";

static void a_lazy_import_saves_what_nobody_else_imports(void **state)
{
    struct model model = model_of_script(SAVING);
    struct import_saving savings[4];

    (void)state;
    assert_int_equal(import_savings(&model, IMPORT_COULD_BE_LAZY, savings, 4), 2);
    assert_name(&model, model.imports.items[savings[0].import].name, "big");
    assert_int_equal(savings[0].saved, 1000 - 300);
    assert_name(&model, model.imports.items[savings[1].import].name, "own");
    assert_int_equal(savings[1].saved, 50);
    model_free(&model);
}

/* ---------------------------------------------------------------------------- formats */

static char *printed(const struct trace_format *format, const char *script,
                     const struct trace_style *style)
{
    struct model model = model_of_script(script);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    assert_int_equal(format->write(out, &model, style), 0);
    assert_int_equal(fclose(out), 0);
    model_free(&model);
    return text;
}

static void importtime_is_the_text_of_the_interpreter(void **state)
{
    const struct trace_style style = {0};
    char *text = printed(&trace_format_importtime,
                         "process pid=7 began=0\n"
                         "1000900 1 import-begins a\n"
                         "2000100 1 import-begins a.b\n"
                         "2500000 1 import-begins a.b.c\n"
                         "2600999 1 import-ends a.b.c detail=1\n"
                         "3000000 1 import-ends a.b detail=1\n"
                         "5000000 1 import-ends a detail=1\n"
                         "6000000 1 import-begins z\n"
                         "6000999 1 import-ends z detail=1\n",
                         &style);

    (void)state;
    assert_string_equal(text, "import time: self [us] | cumulative | imported package\n"
                              "import time:       100 |        100 |     a.b.c\n"
                              "import time:       900 |       1000 |   a.b\n"
                              "import time:      3000 |       4000 | a\n"
                              "import time:         0 |          0 | z\n");
    free(text);
}

static void tables_fit_the_width(void **state)
{
    static const struct text_column columns[] = {
        {"time", true, false}, {"none", true, false}, {"place", false, true}};
    struct text_table table;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    (void)state;
    TABLE_BEGIN(&table, columns);
    cell_time(&table, 1234567);
    cell_add(&table, "%s", "");
    cell_add(&table, "f /a/folder/that/is/long/\xc3\xa4.py:12");
    cell_time(&table, 999);
    cell_add(&table, "%s", "");
    cell_add(&table, "short");
    text_table_end(&table, out, 32, false);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "     time  place\n"
                              "  1.23 ms  f /a/f\xe2\x80\xa6s/long/\xc3\xa4.py:12\n"
                              "   999 ns  short\n");
    free(text);
}

static void numbers_have_three_digits_and_a_unit(void **state)
{
    char text[16];

    (void)state;
    assert_string_equal(time_text(text, 0), "0 ns");
    assert_string_equal(time_text(text, 999), "999 ns");
    assert_string_equal(time_text(text, 1000), "1.00 us");
    assert_string_equal(time_text(text, 99950), "100 us");
    assert_string_equal(time_text(text, 999999), "1.00 ms");
    assert_string_equal(time_text(text, 12345678901), "12.3 s");
    assert_string_equal(time_text(text, -1500), "-1.50 us");
    assert_string_equal(bytes_text(text, 1536), "1.50 KiB");
}

static void tables_are_cut_at_the_limit_and_say_so(void **state)
{
    const struct trace_style style = {.limit = 2};
    char *text = printed(&trace_format_text, CONVOY, &style);

    (void)state;
    assert_non_null(strstr(text, "1 process, 5 threads, 13 events in 2.00 us\n"));
    assert_non_null(strstr(text, "Convoys: 3 or more threads waited for one lock\n"));
    assert_non_null(strstr(text, "and 3 more (--limit=0 shows all)\n"));
    assert_null(strstr(text, "Imports"));
    assert_null(strchr(text, '\033'));
    free(text);
}

static void what_is_missing_is_told(void **state)
{
    const struct trace_style style = {.color = true};
    char *text = printed(&trace_format_text,
                         "process pid=7 lost=3 dropped=4 flags=full\n100 1 exits\n", &style);

    (void)state;
    assert_non_null(strstr(text, "process 7: 3 events were not recorded\n"));
    assert_non_null(strstr(text, "process 7: 4 older events were written over by newer ones\n"));
    assert_non_null(strstr(text, "process 7: the bound of the trace was reached"));
    assert_non_null(strstr(text, "process 7: it was killed, or still runs\n"));
    assert_non_null(strstr(text, "\033[1m1 process"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("percentiles are the nearest ranks", percentiles_are_the_nearest_ranks),
        CASE_IN_FOLDER("a lock class has its waits and holds", a_class_has_its_waits_and_holds),
        CASE_IN_FOLDER("waits are told by the places of both threads",
                       waits_are_told_by_both_places),
        CASE_IN_FOLDER("three threads that wait at a time are a convoy",
                       three_that_wait_at_a_time_are_a_convoy),
        CASE_IN_FOLDER("two that wait, and one that comes as another one goes, are none",
                       two_that_wait_and_one_that_comes_as_one_goes_are_none),
        CASE_IN_FOLDER("the time in which some thread waits counts once",
                       the_time_that_some_thread_waits_counts_once),
        CASE_IN_FOLDER("a lazy import saves what nothing else imports",
                       a_lazy_import_saves_what_nobody_else_imports),
        CASE_IN_FOLDER("importtime is the interpreter's text, and its parts add up",
                       importtime_is_the_text_of_the_interpreter),
        CASE("a table fits the width, and an empty column is left out", tables_fit_the_width),
        CASE("numbers have three digits and a unit", numbers_have_three_digits_and_a_unit),
        CASE_IN_FOLDER("tables are cut at the limit and say so",
                       tables_are_cut_at_the_limit_and_say_so),
        CASE_IN_FOLDER("what is missing of a trace is told", what_is_missing_is_told),
    };

    return RUN_CASES(cases);
}
