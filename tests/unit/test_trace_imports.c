/* SPDX-License-Identifier: MIT */
/* The tree of imports as it is read: whose time is whose. */
#include "scratch.h"
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

static const char APP[] = "process pid=7\n"
                          "thread 1 name=main flags=main\n"
                          "module app found=source origin=/app/app.py loader=SourceFileLoader "
                          "bytes=120\n"
                          "100 1 import-begins app place=<module>@main.py:1 memory=1000\n"
                          "110 1 import-finds app\n"
                          "150 1 import-found app\n"
                          "200 1 body-begins app\n"
                          "300 1 import-begins json place=<module>@app.py:2 memory=1100\n"
                          "310 1 body-begins json\n"
                          "320 1 import-begins re place=<module>@json.py:1\n"
                          "370 1 import-ends re detail=1\n"
                          "390 1 body-ends json detail=1\n"
                          "400 1 import-ends json detail=1 memory=1500\n"
                          "450 1 import-begins missing place=<module>@app.py:3\n"
                          "480 1 import-ends missing\n"
                          "500 1 body-ends app detail=1\n"
                          "510 1 hook-begins app action=patch\n"
                          "540 1 hook-ends app\n"
                          "600 1 import-ends app detail=1 memory=1800\n"
                          "700 1 import-begins last\n"
                          "750 1 import-ends last detail=1\n";

static void imports_are_a_tree_with_their_own_times(void **state)
{
    struct model model = model_of_script(APP);
    const struct model_import *imports = model.imports.items, *app = &imports[0];

    (void)state;
    assert_int_equal(model.imports.count, 5);
    assert_name(&model, app->name, "app");
    assert_name(&model, app->origin, "/app/app.py");
    assert_name(&model, app->loader, "SourceFileLoader");
    assert_int_equal(app->bytes, 120);
    assert_int_equal(app->found, TRACE_FOUND_SOURCE);
    assert_int_equal(app->end - app->begin, 500);
    assert_int_equal(app->self, 500 - 100 - 30);
    assert_int_equal(app->find, 40);
    assert_int_equal(app->body, 300 - 100 - 30);
    assert_int_equal(app->hooks, 30);
    assert_int_equal(app->memory, 800);
    assert_int_equal(app->after, 4);
    assert_int_equal(app->flags, MODEL_IN_BODY);
    assert_name(&model, imports[2].name, "re");
    assert_int_equal(imports[2].parent, 1);
    assert_int_equal(imports[2].depth, 2);
    assert_int_equal(imports[1].self, 50);
    assert_int_equal(imports[1].body, 30);
    assert_name(&model, imports[3].name, "missing");
    assert_int_equal(imports[3].flags, MODEL_FAILED);
    assert_int_equal(imports[4].parent, MODEL_NONE);
    assert_int_equal(imports[4].depth, 0);
    assert_int_equal(model.hooks.items[0].import, 0);
    assert_name(&model, model.hooks.items[0].action, "patch");
    model_free(&model);
}

static void self_times_add_up_to_the_whole(void **state)
{
    struct model model = model_of_script(APP);
    int64_t self = 0, whole = 0;

    (void)state;
    for (size_t i = 0; i < model.imports.count; i++) {
        const struct model_import *import = &model.imports.items[i];

        self += import->self;
        whole += import->parent == MODEL_NONE ? import->end - import->begin : 0;
    }
    assert_int_equal(self, whole);
    assert_int_equal(whole, 550);
    model_free(&model);
}

static void imports_of_threads_stand_apart(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 import-begins a\n"
                                         "150 2 import-begins b\n"
                                         "200 1 import-begins a.c\n"
                                         "250 2 import-begins b.d\n"
                                         "300 1 import-ends a.c detail=1\n"
                                         "350 1 import-ends a detail=1\n"
                                         "400 2 import-ends b.d detail=1\n"
                                         "450 2 import-ends b detail=1\n");
    const struct model_import *imports = model.imports.items;

    (void)state;
    assert_name(&model, imports[0].name, "a");
    assert_name(&model, imports[1].name, "a.c");
    assert_name(&model, imports[2].name, "b");
    assert_name(&model, imports[3].name, "b.d");
    assert_int_equal(imports[1].parent, 0);
    assert_int_equal(imports[3].parent, 2);
    assert_int_equal(imports[0].after, 2);
    assert_int_equal(imports[2].after, 4);
    model_free(&model);
}

static void an_import_that_began_before_the_trace_is_around_what_it_imported(void **state)
{
    struct model model = model_of_script("process pid=7 dropped=3\n"
                                         "100 1 import-begins b\n"
                                         "200 1 import-ends b detail=1\n"
                                         "300 1 import-begins c\n"
                                         "350 1 import-ends c detail=1\n"
                                         "400 1 import-ends a detail=1\n"
                                         "500 1 import-begins d\n"
                                         "550 1 import-begins e\n"
                                         "600 1 exits\n");
    const struct model_import *imports = model.imports.items;

    (void)state;
    assert_name(&model, imports[0].name, "a");
    assert_int_equal(imports[0].flags, MODEL_OPEN_BEGIN);
    assert_int_equal(imports[0].begin, 100);
    assert_int_equal(imports[0].self, 300 - 150);
    assert_int_equal(imports[1].parent, 0);
    assert_int_equal(imports[2].parent, 0);
    assert_int_equal(import_of(&model, "d")->flags, MODEL_OPEN_END);
    assert_int_equal(import_of(&model, "e")->end, 600);
    assert_int_equal(import_of(&model, "d")->self, 50);
    model_free(&model);
}

static void a_body_whose_import_began_before_the_trace_is_told_once(void **state)
{
    struct model model = model_of_script("process pid=7 dropped=3\n"
                                         "100 1 import-begins x\n"
                                         "150 1 import-ends x detail=1\n"
                                         "200 1 body-begins a\n"
                                         "300 1 import-begins y\n"
                                         "350 1 import-ends y detail=1\n"
                                         "400 1 body-ends a detail=1\n"
                                         "450 1 import-ends a detail=1\n");

    (void)state;
    assert_int_equal(model.imports.count, 3);
    assert_name(&model, model.imports.items[0].name, "a");
    assert_int_equal(model.imports.items[0].flags, MODEL_OPEN_BEGIN | MODEL_IN_BODY);
    assert_int_equal(model.imports.items[0].self, 350 - 100);
    assert_int_equal(import_of(&model, "x")->parent, 0);
    model_free(&model);
}

static void a_lazy_module_runs_where_it_is_used(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 lazy-declared big place=<module>@app.py:1\n"
                                         "110 1 lazy-declared never place=<module>@app.py:2\n"
                                         "500 1 lazy-run big place=f@app.py:9 memory=5000\n"
                                         "510 1 body-begins big\n"
                                         "600 1 lazy-ran big detail=1 memory=4200\n"
                                         "610 1 body-ends big detail=1\n");
    const struct model_import *big = import_of(&model, "big");

    (void)state;
    assert_int_equal(model.lazies.count, 2);
    assert_int_equal(model.lazies.items[0].declared, 100);
    assert_int_equal(model.lazies.items[0].run, 500);
    assert_int_equal(model.lazies.items[1].run, -1);
    assert_int_equal(big->flags, MODEL_LAZY | MODEL_IN_BODY);
    assert_int_equal(big->self, 100);
    assert_int_equal(big->body, 100);
    assert_int_equal(big->memory, -800);
    model_free(&model);
}

static void a_declared_import_runs_later(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 lazy-declared big place=<module>@app.py:1\n"
                                         "500 1 import-begins big place=f@app.py:9\n"
                                         "610 1 import-ends big detail=1\n"
                                         "700 1 import-begins big place=f@app.py:9\n"
                                         "710 1 import-ends big detail=1\n");

    (void)state;
    assert_int_equal(model.lazies.items[0].run, 500);
    assert_int_equal(model.lazies.items[0].run_place, model.imports.items[0].place);
    assert_int_equal(model.imports.items[0].flags, MODEL_LAZY);
    assert_int_equal(model.imports.items[1].flags, 0);
    model_free(&model);
}

static void an_import_may_take_memory_or_give_it_back(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 import-begins grows memory=1000\n"
                                         "110 1 import-begins shrinks memory=3000\n"
                                         "120 1 import-ends shrinks detail=1 memory=1800\n"
                                         "130 1 import-ends grows detail=1 memory=2500\n"
                                         "200 1 import-begins unknown\n"
                                         "210 1 import-ends unknown detail=1 memory=2500\n"
                                         "300 1 import-begins unended memory=2500\n"
                                         "310 1 import-ends unended detail=1\n"
                                         "320 1 lazy-ran nothing memory=9000\n");

    (void)state;
    assert_int_equal(import_of(&model, "grows")->memory, 1500);
    assert_int_equal(import_of(&model, "shrinks")->memory, -1200);
    assert_int_equal(import_of(&model, "unknown")->memory, 0);
    assert_int_equal(import_of(&model, "unended")->memory, 0);
    model_free(&model);
}

static void native_libraries_belong_to_their_import(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "module fast origin=/lib/fast.so found=extension\n"
                                         "100 1 import-begins fast\n"
                                         "150 1 library-begins fast\n"
                                         "160 1 library-begins inner\n"
                                         "170 1 library-ends inner\n"
                                         "250 1 library-ends fast detail=1\n"
                                         "300 1 import-ends fast detail=1\n"
                                         "400 1 library-begins plugin\n"
                                         "450 1 library-ends plugin detail=1\n");

    (void)state;
    assert_int_equal(model.libraries.count, 3);
    assert_int_equal(model.libraries.items[0].import, 0);
    assert_name(&model, model.libraries.items[0].file, "/lib/fast.so");
    assert_int_equal(model.libraries.items[0].flags, 0);
    assert_int_equal(model.libraries.items[1].flags, MODEL_FAILED);
    assert_int_equal(model.libraries.items[2].import, MODEL_NONE);
    assert_int_equal(model.imports.items[0].library, 100);
    assert_int_equal(model.imports.items[0].self, 200);
    model_free(&model);
}

static void statements_are_counted(void **state)
{
    struct model model = model_of_script("process pid=7\nstatement importer=app imported=json "
                                         "count=12 place=f@app.py:4\n");

    (void)state;
    assert_int_equal(model.statements.count, 1);
    assert_int_equal(model.statements.items[0].count, 12);
    assert_name(&model, model.statements.items[0].imported, "json");
    model_free(&model);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("imports are a tree with times of their own",
                       imports_are_a_tree_with_their_own_times),
        CASE_IN_FOLDER("the self times of all imports add up to the whole",
                       self_times_add_up_to_the_whole),
        CASE_IN_FOLDER("imports of several threads stand apart", imports_of_threads_stand_apart),
        CASE_IN_FOLDER("an import that began before the trace is around what it imported",
                       an_import_that_began_before_the_trace_is_around_what_it_imported),
        CASE_IN_FOLDER("a body whose import began before the trace is told once",
                       a_body_whose_import_began_before_the_trace_is_told_once),
        CASE_IN_FOLDER("a lazy module runs where it is used", a_lazy_module_runs_where_it_is_used),
        CASE_IN_FOLDER("a declared import runs later", a_declared_import_runs_later),
        CASE_IN_FOLDER("an import may take memory, or give it back",
                       an_import_may_take_memory_or_give_it_back),
        CASE_IN_FOLDER("native libraries belong to the import that loads them",
                       native_libraries_belong_to_their_import),
        CASE_IN_FOLDER("import statements are counted", statements_are_counted),
    };

    return RUN_CASES(cases);
}
