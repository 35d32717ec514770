/* SPDX-License-Identifier: MIT */
/* The nearest known name. */
#include "base/nearest.h"

#include "unit.h"

static const char *const NAMES[] = {"hook-failed", "import-road", "exitcode", "log", "help"};

static const char *nearest(const char *given)
{
    return nearest_name(given, NAMES, sizeof NAMES / sizeof NAMES[0]);
}

static void one_mistake(void **state)
{
    (void)state;
    assert_string_equal(nearest("hook-faild"), "hook-failed");
    assert_string_equal(nearest("hook-faileed"), "hook-failed");
    assert_string_equal(nearest("hook-fajled"), "hook-failed");
    assert_string_equal(nearest("lag"), "log");
    assert_string_equal(nearest("lo"), "log");
    assert_string_equal(nearest("exitco"), "exitcode");
}

static void swapped_letters(void **state)
{
    (void)state;
    assert_string_equal(nearest("hlep"), "help");
    assert_string_equal(nearest("exticode"), "exitcode");
    static const char *const names[] = {"abdcef", "abcdef"};
    assert_string_equal(nearest_name("abcdef", names, 2), "abcdef");
}

static void case_and_dashes(void **state)
{
    (void)state;
    assert_string_equal(nearest("HOOK_FAILED"), "hook-failed");
    assert_string_equal(nearest("Import_Raod"), "import-road");
    static const char *const letters[] = {"azaz", "AZAZ"};
    assert_string_equal(nearest_name("AZAZ", letters, 2), "azaz");
}

static void nothing_near(void **state)
{
    (void)state;
    assert_null(nearest("tracing"));
    assert_null(nearest("x"));
    assert_null(nearest(""));
    assert_null(nearest("lock"));
    assert_null(nearest("hlpex"));
    assert_null(nearest_name("log", NAMES, 0));
}

static void nearest_of_several(void **state)
{
    static const char *const names[] = {"import-rules", "import-roads", "import-road"};

    (void)state;
    assert_string_equal(nearest_name("import-raod", names, 3), "import-road");
    assert_string_equal(nearest_name("import-roadx", names, 3), "import-roads");
}

static void long_names(void **state)
{
    static const char name[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const char *const names[] = {name, name + 2};

    (void)state;
    assert_null(nearest_name(name, names, 1));
    assert_ptr_equal(nearest_name(name + 2, names, 2), name + 2);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a letter lost, added or replaced still names the known one", one_mistake),
        CASE("two swapped letters are one mistake", swapped_letters),
        CASE("case, underscores and dashes are no difference", case_and_dashes),
        CASE("a name unlike all known ones has no nearest one", nothing_near),
        CASE("the nearest of several is taken", nearest_of_several),
        CASE("names beyond 64 bytes are not compared", long_names),
    };

    return RUN_CASES(cases);
}
