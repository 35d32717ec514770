/* SPDX-License-Identifier: MIT */
/* The table of import statements as plain data. */
#include "unit.h"

#include "imports/statements.h"

#include <pthread.h>
#include <string.h>

static const char scopes[STATEMENTS_MAX * 2], names[64];

static void first_run(void **state)
{
    struct statement *fresh = statements_count(&scopes[0], &names[0], 0);

    (void)state;
    assert_non_null(fresh);
    statement_describe(fresh, "app", "json", "app.py", 3);
    assert_null(statements_count(&scopes[0], &names[0], 0));
    assert_int_equal(fresh->count, 2);
    assert_string_equal(fresh->importer, "app");
    assert_string_equal(fresh->imported, "json");
    assert_string_equal(fresh->file, "app.py");
    assert_int_equal(fresh->line, 3);
}

static void told_apart(void **state)
{
    (void)state;
    assert_non_null(statements_count(&scopes[1], &names[1], 0));
    assert_non_null(statements_count(&scopes[2], &names[1], 0));
    assert_non_null(statements_count(&scopes[1], &names[2], 0));
    assert_non_null(statements_count(&scopes[1], &names[1], 1));
}

static void listed_when_described(void **state)
{
    struct statement *fresh = statements_count(&scopes[3], &names[3], 0);
    size_t seen = 0;

    (void)state;
    for (size_t place = 0; place < STATEMENTS_MAX; place++)
        seen += statements_at(place) == fresh;
    assert_int_equal(seen, 0);
    statement_describe(fresh, "", "x", "", 0);
    for (size_t place = 0; place < STATEMENTS_MAX; place++)
        seen += statements_at(place) == fresh;
    assert_int_equal(seen, 1);
}

static void *count_many(void *scope)
{
    for (int i = 0; i < 100000; i++)
        statements_count(scope, &names[4], 0);
    return NULL;
}

static void threads(void **state)
{
    pthread_t thread[4];
    long before = statements_total();

    (void)state;
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, count_many, (void *)(uintptr_t)&scopes[4]);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(statements_total(), before + 400000);
}

static void full(void **state)
{
    long before = statements_total();
    long runs = 2 * (long)STATEMENTS_MAX - 16;

    (void)state;
    for (long i = 16; i < 2 * (long)STATEMENTS_MAX; i++)
        statements_count(&scopes[i], &names[5], 0);
    assert_true(statements_lost() > 0);
    assert_int_equal(statements_total() - before + statements_lost(), runs);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("the first run of a statement gives its entry, later runs count", first_run),
        CASE("namespace, name and level tell statements apart", told_apart),
        CASE("a statement is listed once it has been described", listed_when_described),
        CASE("runs in several threads at once are counted exactly", threads),
        CASE("runs that find no room are counted as lost", full),
    };

    return statements_begin() ? RUN_CASES(cases) : 1;
}
