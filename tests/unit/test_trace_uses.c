/* SPDX-License-Identifier: MIT */
/* Which imports were used, as a reader finds out. */
#include "scratch.h"
#include "trace/import_summary.h"
#include "trace_reading.h"
#include "unit.h"

#include <string.h>

static const struct model_import *import_of(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->imports.count; i++)
        if (!strcmp(model_string(model, model->imports.items[i].name), name))
            return &model->imports.items[i];
    fail_msg("no import of %s", name);
    return NULL;
}

static const char *state_of(const struct model *model, const char *name)
{
    static const char *const words[] = {"unknown", "unused", "asked", "used"};

    return words[import_of(model, name)->use];
}

#define assert_use(model, name, state) assert_string_equal(state_of(model, name), state)

/*
 * app.py imports big, which imports big.part and dep, and then small; each module's file is its
 * name's last part.
 */
#define BEGIN(flags)                                              \
    "process pid=7 flags=" flags "\n"                             \
    "thread 1 name=main flags=main\n"                             \
    "module big origin=/lib/big.py\n"                             \
    "module big.part origin=/lib/part.py\n"                       \
    "module dep origin=/lib/dep.py\n"                             \
    "module small origin=/lib/small.py\n"                         \
    "100 1 import-begins big place=<module>@app.py:1\n"           \
    "110 1 import-begins big.part place=<module>@/lib/big.py:1\n" \
    "150 1 import-ends big.part detail=1\n"                       \
    "160 1 import-begins dep place=<module>@/lib/big.py:2\n"      \
    "190 1 import-ends dep detail=1\n"                            \
    "200 1 import-ends big detail=1\n"                            \
    "300 1 import-begins small place=<module>@app.py:2\n"         \
    "400 1 import-ends small detail=1\n"

#define IMPORTS BEGIN("uses")

static void a_module_that_nothing_reads_is_unused(void **state)
{
    struct model model = model_of_script(IMPORTS "use small time=500 attribute=x "
                                                 "place=main@app.py:9 thread=1\n");

    (void)state;
    assert_use(&model, "big", "unused");
    assert_use(&model, "big.part", "unused");
    assert_use(&model, "dep", "unused");
    assert_use(&model, "small", "used");
    assert_int_equal(import_of(&model, "small")->used, 500);
    assert_int_equal(model.places.items[import_of(&model, "small")->used_place].line, 9);
    assert_int_equal(import_of(&model, "big")->used, -1);
    model_free(&model);
}

static void what_an_import_brings_in_reads_itself_for_nobody(void **state)
{
    struct model model =
        model_of_script(IMPORTS "use big time=120 place=<module>@/lib/part.py:3 kind=importing\n"
                                "use dep time=195 place=<module>@/lib/big.py:5 kind=importing\n");

    (void)state;
    assert_use(&model, "big", "unused");
    assert_use(&model, "dep", "used");
    model_free(&model);
}

static void what_reads_it_later_or_from_elsewhere_uses_it(void **state)
{
    struct model later =
        model_of_script(IMPORTS "use big time=250 place=run@/lib/part.py:8 kind=importing\n");
    struct model elsewhere =
        model_of_script(IMPORTS "use big time=150 place=run@/lib/other.py:8 kind=importing\n");
    struct model at_once = model_of_script(IMPORTS "use big time=150 place=run@/lib/part.py:8\n");

    (void)state;
    assert_use(&later, "big", "used");
    assert_use(&elsewhere, "big", "used");
    assert_use(&at_once, "big", "used");
    model_free(&later);
    model_free(&elsewhere);
    model_free(&at_once);
}

static void a_package_is_used_where_its_submodule_is(void **state)
{
    struct model model = model_of_script(IMPORTS "use big.part time=250 place=main@app.py:5\n");

    (void)state;
    assert_use(&model, "big", "used");
    assert_use(&model, "big.part", "used");
    assert_use(&model, "dep", "unused");
    model_free(&model);
}

static void what_a_used_module_has_read_is_used(void **state)
{
    struct model model =
        model_of_script(IMPORTS "use big time=180 place=<module>@/lib/dep.py:1 kind=importing\n"
                                "use dep time=600 place=main@app.py:5\n");

    (void)state;
    assert_use(&model, "dep", "used");
    assert_use(&model, "big", "used");
    assert_use(&model, "big.part", "unused");
    model_free(&model);
}

static void what_is_only_asked_for_its_file_is_told_apart(void **state)
{
    struct model model = model_of_script(
        IMPORTS "use small time=500 attribute=__file__ place=f@/x/reload.py:3 kind=asked\n"
                "use big time=500 attribute=__path__ place=<module>@app.py:1 kind=asked\n");

    (void)state;
    assert_use(&model, "small", "asked");
    assert_use(&model, "big", "unused");
    model_free(&model);
}

static void what_cannot_be_seen_is_not_called_unused(void **state)
{
    struct model model = model_of_script(IMPORTS "use small kind=unseen\n");

    (void)state;
    assert_use(&model, "small", "unknown");
    model_free(&model);
}

static void without_all_uses_nothing_is_called_unused(void **state)
{
    struct model none = model_of_script(BEGIN("full")),
                 lost = model_of_script(BEGIN("uses,uses-lost"));

    (void)state;
    assert_use(&none, "small", "unknown");
    assert_use(&lost, "small", "unknown");
    model_free(&none);
    model_free(&lost);
}

static void where_code_may_read_unseen_the_end_tells(void **state)
{
    struct model model = model_of_script("process pid=7 flags=uses,uses-at-end ended=900\n"
                                         "100 1 import-begins a place=<module>@app.py:1\n"
                                         "110 1 import-ends a detail=1\n"
                                         "200 1 import-begins b place=<module>@app.py:2\n"
                                         "210 1 import-ends b detail=1\n"
                                         "300 1 import-begins c place=<module>@app.py:3\n"
                                         "310 1 import-ends c detail=1\n"
                                         "use a kind=untouched\n"
                                         "use b kind=unseen\n"
                                         "use b kind=untouched\n");

    (void)state;
    assert_use(&model, "a", "unused");
    assert_use(&model, "b", "unknown");
    assert_use(&model, "c", "unknown");
    model_free(&model);
}

static void where_the_end_is_missing_nothing_is_called_unused(void **state)
{
    struct model model = model_of_script("process pid=7 flags=uses,uses-at-end\n"
                                         "100 1 import-begins a place=<module>@app.py:1\n"
                                         "110 1 import-ends a detail=1\n"
                                         "use a kind=untouched\n");

    (void)state;
    assert_use(&model, "a", "unknown");
    model_free(&model);
}

static void what_may_have_been_read_within_counts_where_its_package_is_used(void **state)
{
    struct model package =
        model_of_script(BEGIN("uses") "use big kind=unseen,importing\n"
                                      "use big.part time=250 place=main@app.py:5\n");
    struct model other = model_of_script(BEGIN("uses") "use big kind=unseen,importing\n"
                                                       "use dep time=250 place=main@app.py:5\n");

    (void)state;
    assert_use(&package, "big", "used");
    assert_use(&other, "big", "unused");
    model_free(&package);
    model_free(&other);
}

#define CHILD(flags)                                            \
    "process pid=8 parent=7 began=500 flags=forked," flags "\n" \
    "use small time=600 place=work@app.py:9\n"

static void what_a_forked_child_uses_is_used(void **state)
{
    static const char parent[] = IMPORTS "450 1 forks\n";
    struct model both = model_of_scripts(parent, CHILD("uses"), NULL);
    struct model alone = model_of_script(parent);
    struct model blind = model_of_scripts(parent, CHILD("full"), NULL);

    (void)state;
    assert_use(&both, "small", "used");
    assert_use(&both, "big", "unused");
    assert_use(&alone, "big", "unknown");
    assert_use(&blind, "big", "unknown");
    model_free(&both);
    model_free(&alone);
    model_free(&blind);
}

static void processes_that_were_forked_from_each_other_do_no_harm(void **state)
{
    struct model model = model_of_scripts("process pid=8 parent=7 began=500 flags=forked\n",
                                          "process pid=7 parent=8 began=500 flags=forked\n"
                                          "510 1 import-begins a\n"
                                          "520 1 import-ends a detail=1\n",
                                          NULL);

    (void)state;
    assert_use(&model, "a", "unknown");
    model_free(&model);
}

static void what_is_never_used_is_told_once_with_what_it_cost(void **state)
{
    struct model model = model_of_script(IMPORTS);
    struct import_saving savings[4];

    (void)state;
    assert_int_equal(import_savings(&model, IMPORT_NEVER_USED, savings, 4), 2);
    assert_name(&model, model.imports.items[savings[0].import].name, "big");
    assert_int_equal(savings[0].saved, 100);
    assert_name(&model, model.imports.items[savings[1].import].name, "small");
    assert_int_equal(import_savings(&model, IMPORT_COULD_BE_LAZY, savings, 4), 0);
    model_free(&model);
}

static void what_is_used_at_once_can_not_be_lazy(void **state)
{
    struct model model =
        model_of_script(IMPORTS "use small time=450 place=<module>@app.py:3\n"
                                "use big time=100 place=<module>@app.py:1\n"
                                "use dep time=199 place=<module>@/lib/big.py:3 kind=importing\n"
                                "use big.part time=9000000 place=late@app.py:30\n");
    struct import_saving savings[4];

    (void)state;
    assert_int_equal(import_savings(&model, IMPORT_COULD_BE_LAZY, savings, 4), 2);
    assert_name(&model, model.imports.items[savings[0].import].name, "big");
    assert_true(import_takes_names(&model, &model.imports.items[savings[0].import]));
    assert_name(&model, model.imports.items[savings[1].import].name, "big.part");
    assert_false(import_takes_names(&model, &model.imports.items[savings[1].import]));
    model_free(&model);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("a module that nothing reads is unused",
                       a_module_that_nothing_reads_is_unused),
        CASE_IN_FOLDER("what an import brings in reads itself for nobody",
                       what_an_import_brings_in_reads_itself_for_nobody),
        CASE_IN_FOLDER("what reads it later, or from elsewhere, uses it",
                       what_reads_it_later_or_from_elsewhere_uses_it),
        CASE_IN_FOLDER("a package is used where its submodule is",
                       a_package_is_used_where_its_submodule_is),
        CASE_IN_FOLDER("what a used module has read is used", what_a_used_module_has_read_is_used),
        CASE_IN_FOLDER("what is only asked for its file is told apart",
                       what_is_only_asked_for_its_file_is_told_apart),
        CASE_IN_FOLDER("what can't be seen is not called unused",
                       what_cannot_be_seen_is_not_called_unused),
        CASE_IN_FOLDER("without all uses nothing is called unused",
                       without_all_uses_nothing_is_called_unused),
        CASE_IN_FOLDER("where code may read unseen, the end tells",
                       where_code_may_read_unseen_the_end_tells),
        CASE_IN_FOLDER("where the end is missing, nothing is called unused",
                       where_the_end_is_missing_nothing_is_called_unused),
        CASE_IN_FOLDER("what may have been read within counts where its package is used",
                       what_may_have_been_read_within_counts_where_its_package_is_used),
        CASE_IN_FOLDER("what a forked child uses is used", what_a_forked_child_uses_is_used),
        CASE_IN_FOLDER("processes that were forked from each other do no harm",
                       processes_that_were_forked_from_each_other_do_no_harm),
        CASE_IN_FOLDER("what is never used is told once, with what it cost",
                       what_is_never_used_is_told_once_with_what_it_cost),
        CASE_IN_FOLDER("what is used at once can't be lazy", what_is_used_at_once_can_not_be_lazy),
    };

    return RUN_CASES(cases);
}
