/* SPDX-License-Identifier: MIT */
/* Comments that ask not to be told. */
#include "scratch.h"
#include "unit.h"

#include "report/ignored.h"
#include "report/script_place.h"

static void a_comment_names_its_rules(void **state)
{
    (void)state;
    assert_true(ignored_says("with a:  # pihook: ignore[lock-order]", "lock-order"));
    assert_true(ignored_says("with a:  #pihook:ignore [ deadlock , lock-order ]", "lock-order"));
    assert_true(ignored_says("a() # noqa # pihook: ignore[lock-order] # both", "lock-order"));
    assert_false(ignored_says("with a:  # pihook: ignore[lock-order]", "deadlock"));
    assert_false(ignored_says("with a:  # pihook: ignore[lock-order]", "lock"));
    assert_false(ignored_says("with a:  # pihook: ignore[lock]", "lock-order"));
    assert_false(ignored_says("with a:  # pihook: ignore[lock-order", "lock-order"));
    assert_false(ignored_says("with a:  # pihook: ignore[]", "lock-order"));
}

static void without_rules_it_is_for_all(void **state)
{
    (void)state;
    assert_true(ignored_says("with a:  # pihook: ignore", "lock-order"));
    assert_true(ignored_says("with a:  # pihook: ignore  # said so", "deadlock"));
    assert_false(ignored_says("with a:  # pihook: ignored", "lock-order"));
    assert_false(ignored_says("with a:  # ignore", "lock-order"));
    assert_false(ignored_says("pihook: ignore", "lock-order"));
    assert_false(ignored_says("", "lock-order"));
}

static bool is_ignored_at(const char *file, unsigned line)
{
    const void *frames[] = {(void *)0x1234, script_place_keep(file, "f", line),
                            script_place_keep("script.py", "outer", 2)};
    const struct finding_step steps[] = {{.frames = frames, .frame_count = 3}};

    return ignored(&(struct finding){.rule = "lock-order", .steps = steps, .step_count = 1});
}

static void the_innermost_line_of_a_step_counts(void **state)
{
    static const char SCRIPT[] = "first\n# pihook: ignore\r\nthird  # pihook: ignore[lock-order]";

    (void)state;
    scratch_file("script.py", SCRIPT, sizeof SCRIPT - 1, 0600);
    assert_false(is_ignored_at("script.py", 1));
    assert_true(is_ignored_at("script.py", 2));
    assert_true(is_ignored_at("script.py", 3));
    assert_false(is_ignored_at("script.py", 4));
    assert_false(is_ignored_at("script.py", 0));
    assert_false(is_ignored_at("nowhere.py", 2));
    assert_false(is_ignored_at(".", 1));
    assert_false(is_ignored_at("/dev/zero", 1));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a comment names its rules", a_comment_names_its_rules),
        CASE("without rules it is for all", without_rules_it_is_for_all),
        CASE_IN_FOLDER("the innermost line of a step counts", the_innermost_line_of_a_step_counts),
    };

    return RUN_CASES(cases);
}
