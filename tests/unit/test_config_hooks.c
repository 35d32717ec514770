/* SPDX-License-Identifier: MIT */
/* Sections [hook NAME]: what is handed out, what is told. */
#include "config_reading.h"
#include "scratch.h"
#include "unit.h"

#include <string.h>

static void takes_hooks(void **state)
{
    (void)state;
    take("[hook threading]\n"
         "warn = Threads? Are you crazy? ; or not\n"
         "call = my.hooks:Class.method\n"
         "exec = import sys\n"
         "native = /opt/my hooks/x:y.so:on_import\n");
    assert_nothing_told();
    assert_hooks("2 threading warn(Threads? Are you crazy?)\n"
                 "3 threading call(my.hooks:Class.method)\n"
                 "4 threading exec(import sys)\n"
                 "5 threading native(/opt/my hooks/x:y.so:on_import)\n");
}

static void settings_anywhere(void **state)
{
    (void)state;
    take("[hook a]\n"
         "warn = 1\n"
         "on-error = raise\n"
         "warn = 2\n"
         "optional = yes\n"
         "reload = true\n"
         "[hook b]\n"
         "warn = 3\n"
         "[hook c]\n"
         "on-error = raise\n"
         "on-error = report\n"
         "reload = on\n"
         "optional = no\n"
         "warn = 4\n");
    assert_nothing_told();
    assert_hooks("2 a warn(1) raise optional reload\n"
                 "4 a warn(2) raise optional reload\n"
                 "8 b warn(3)\n"
                 "14 c warn(4) reload\n");
}

static void patterns(void **state)
{
    (void)state;
    take("[hook   os.*  ]\n"
         "warn = 1\n"
         "[hook [!_]*.t?st_[a-c0]]\n"
         "warn = 2\n"
         "[hook na\xc3\xafve.my-plugin]\n"
         "warn = 3\n"
         "[hook\ttabbed]\n"
         "warn = 4\n");
    assert_nothing_told();
    assert_hooks("2 os.* warn(1)\n"
                 "4 [!_]*.t?st_[a-c0] warn(2)\n"
                 "6 na\xc3\xafve.my-plugin warn(3)\n"
                 "8 tabbed warn(4)\n");
}

static void long_pattern(void **state)
{
    char file[512] = "[hook ", expected[512] = "2 ";

    (void)state;
    for (int i = 0; i < 10; i++) {
        strcat(file, "a_long_package_name.");
        strcat(expected, "a_long_package_name.");
    }
    strcat(file, "b]\nwarn = 1\n");
    strcat(expected, "b warn(1)\n");
    take(file);
    assert_nothing_told();
    assert_hooks(expected);
}

static void bad_patterns(void **state)
{
    static const char *const bad[] = {"",    " ",   "a..b", ".a",  "a.", "a b",
                                      "a/b", "a:b", "a[b",  "a,b", "'a'"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char file[128] = "\n[hook ";

        strcat(file, bad[i]);
        strcat(file, "]\nwarn = x\nnonsense = y\n    z\n[hook good]\nwarn = 1\n");
        take(file);
        assert_int_equal(strncmp(told.bytes, "2: section [hook NAME] has the name '", 37), 0);
        assert_ptr_equal(strchr(told.bytes, '\n'), told.bytes + told.length - 1);
        assert_hooks("7 good warn(1)\n");
    }
    take("[hook]\nwarn = x\n");
    assert_told("1: section [hook NAME] has the name '': expected a module's dotted name or a glob "
                "such as 'package.*'\n");
}

static void same_section_twice(void **state)
{
    (void)state;
    take("[hook a]\n"
         "on-error = raise\n"
         "warn = 1\n"
         "[hook a]\n"
         "warn = 2\n"
         "[hook a]\n");
    assert_told("6: this section does nothing: expected warn, call, exec or native in it\n");
    assert_hooks("3 a warn(1) raise\n"
                 "5 a warn(2)\n");
}

static void several_lines(void **state)
{
    (void)state;
    take("[hook a]\n"
         "exec =\n"
         "    import sys\n"
         "\n"
         "    # a comment\n"
         "    sys.x = 1 ; and another\n"
         "  ; and a third\n"
         "\tx = [2]\n"
         "warn = one\n"
         " two\n"
         "    three\n");
    assert_nothing_told();
    assert_hooks("2 a exec(import sys\nsys.x = 1\nx = [2])\n"
                 "9 a warn(one\ntwo\nthree)\n");
}

static void section_in_a_value(void **state)
{
    (void)state;
    take("[hook a]\n"
         "exec = x = 1\n"
         "    [hook b]\n"
         "warn = 1\n");
    assert_nothing_told();
    assert_hooks("2 a exec(x = 1\n[hook b])\n"
                 "4 a warn(1)\n");
}

static void indented_keys(void **state)
{
    (void)state;
    take("[hook a]\n"
         "  warn = 1\n"
         "    2\n"
         "  exec = x\n"
         "   y\n"
         "  reload = yes\n"
         "warn = 3\n");
    assert_nothing_told();
    assert_hooks("2 a warn(1\n2) reload\n"
                 "4 a exec(x\ny) reload\n"
                 "7 a warn(3) reload\n");
}

static void edges_of_names(void **state)
{
    (void)state;
    take("[hook az.AZ_09]\n"
         "call = az_AZ09.\xc3\xa9:_azAZ.z09\n"
         "call = 0m:f\n"
         "call = m:9f\n");
    assert_told("3: 'call' is '0m:f': expected module:function\n"
                "4: 'call' is 'm:9f': expected module:function\n");
    assert_hooks("2 az.AZ_09 call(az_AZ09.\xc3\xa9:_azAZ.z09)\n");
}

static void bad_calls(void **state)
{
    static const char *const bad[] = {"module", ":f",    "m:",       "m:f:g", "m.:f", "m:.f",
                                      "m:f()",  "m : f", "m:f\n  g", "1m:f",  "m:2f", "m-n:f"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char file[128] = "[hook a]\ncall = ";

        strcat(file, bad[i]);
        strcat(file, "\nwarn = 1\n");
        take(file);
        assert_int_equal(strncmp(told.bytes, "2: 'call' is '", 14), 0);
        assert_non_null(strstr(told.bytes, "': expected module:function\n"));
        assert_string_equal(strchr(hooks.bytes, ' '), " a warn(1)\n");
    }
}

static void bad_natives(void **state)
{
    static const char *const bad[] = {
        "/lib/x.so", "x.so:f",        "./x.so:f",        "/lib/x.so:",     "/:f",
        "libx:/f",   "/lib/x.so:a b", "/lib/x.so:a\x01", "/lib/x.so:a\n b"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char file[128] = "[hook a]\nwarn = 1\nnative = ";

        strcat(file, bad[i]);
        take(file);
        assert_int_equal(strncmp(told.bytes, "3: 'native' is '", 16), 0);
        assert_non_null(strstr(told.bytes, "': expected /absolute/path.so:symbol\n"));
        assert_hooks("2 a warn(1)\n");
    }
}

static void bad_settings(void **state)
{
    (void)state;
    take("[hook a]\n"
         "on-error = die\n"
         "optional = maybe\n"
         "   more\n"
         "reload =\n"
         "warn = 1\n"
         "reload = no\n"
         "   more\n");
    assert_told("2: 'on-error' is 'die': expected report or raise\n"
                "3: 'optional' is 'maybe': expected yes or no\n"
                "5: 'reload' has no value: expected yes or no\n"
                "8: 'reload' takes one line: this one is left out\n");
    assert_hooks("6 a warn(1)\n");
}

static void unknown_keys(void **state)
{
    (void)state;
    take("[hook a]\n"
         "cal = m:f\n"
         "  more\n"
         "onerror = raise\n"
         "nonsense = 1\n"
         "Warn = 1\n"
         "warn = 1\n");
    assert_told("2: unknown key 'cal' (did you mean 'call'?)\n"
                "4: unknown key 'onerror' (did you mean 'on-error'?)\n"
                "5: unknown key 'nonsense'\n"
                "6: unknown key 'Warn' (did you mean 'warn'?)\n");
    assert_hooks("7 a warn(1)\n");
}

static void empty_actions(void **state)
{
    (void)state;
    take("[hook a]\n"
         "warn =\n"
         "call = ; nothing\n"
         "exec =\n"
         "native =\n"
         "[hook b]\n"
         "warn = 1\n");
    assert_told("2: 'warn' has no value: expected a text to print\n"
                "3: 'call' has no value: expected module:function\n"
                "4: 'exec' has no value: expected Python code\n"
                "5: 'native' has no value: expected /absolute/path.so:symbol\n");
    assert_hooks("7 b warn(1)\n");
}

static void no_actions(void **state)
{
    (void)state;
    take("[hook a]\n"
         "optional = yes\n"
         "[hook b]\n"
         "nonsense\n");
    assert_told("1: this section does nothing: expected warn, call, exec or native in it\n"
                "4: expected 'name = value', '[section]' or a comment\n");
    assert_hooks("");
}

static void many_actions(void **state)
{
    static char file[4096];
    struct text text = text_in(file, sizeof file);

    (void)state;
    text_add(&text, "[hook a]\n");
    for (int i = 0; i < 66; i++)
        text_add(&text, "warn = x\n");
    text_add(&text, "  y\nreload = yes\n");
    take(file);
    assert_told("66: 'warn' is left out: expected at most 64 actions in a section\n"
                "67: 'warn' is left out: expected at most 64 actions in a section\n");
    assert_non_null(strstr(hooks.bytes, "\n65 a warn(x) reload\n"));
    assert_null(strstr(hooks.bytes, "\n66 "));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("the four kinds of actions are handed out in order", takes_hooks),
        CASE_IN_FOLDER("settings hold for the whole section wherever they stand",
                       settings_anywhere),
        CASE_IN_FOLDER("a hook's name is a dotted name or a glob", patterns),
        CASE_IN_FOLDER("a hook's name may be longer than inih's sections", long_pattern),
        CASE_IN_FOLDER("a bad name of a hook is told and its keys are skipped", bad_patterns),
        CASE_IN_FOLDER("two sections with one name are two sections", same_section_twice),
        CASE_IN_FOLDER("an action goes on over indented lines", several_lines),
        CASE_IN_FOLDER("a bracket in an indented line begins no section", section_in_a_value),
        CASE_IN_FOLDER("keys indented alike are keys", indented_keys),
        CASE_IN_FOLDER("a name has letters, digits, underscores and bytes beyond ASCII",
                       edges_of_names),
        CASE_IN_FOLDER("a bad call is told and dropped", bad_calls),
        CASE_IN_FOLDER("a bad native action is told and dropped", bad_natives),
        CASE_IN_FOLDER("a bad setting is told and the actions are kept", bad_settings),
        CASE_IN_FOLDER("an unknown key is told with the nearest known one", unknown_keys),
        CASE_IN_FOLDER("an action without a value is told", empty_actions),
        CASE_IN_FOLDER("a hook without an action is told", no_actions),
        CASE_IN_FOLDER("more actions than a section takes are told", many_actions),
    };

    return RUN_CASES(cases);
}
