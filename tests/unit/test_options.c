/* SPDX-License-Identifier: MIT */
/* The options as data: defaults, one setting, PIHOOK_OPTIONS, help. */
#include "config/options.h"

#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct options options;
static char told[1 << 16];
static struct text told_text;
static unsigned told_count;

static void hear(void *context, const char *where, unsigned line, const char *sentence)
{
    assert_ptr_equal(context, &options);
    assert_int_equal(line, 0);
    text_join(&told_text, where, ": ", sentence, "\n", NULL);
    told_count++;
}

static const char *parse(const char *list)
{
    const struct complaints complaints = {hear, &options};

    told_text = text_in(told, sizeof told);
    told_count = 0;
    options_defaults(&options);
    options_parse(&options, list, &complaints);
    return told;
}

/* Sets one option; returns the sentence, empty for success. */
static const char *set(const char *section, const char *name, const char *value, int expected)
{
    struct text sentence = text_in(told, sizeof told);

    assert_int_equal(options_set(&options, section, name, value, &sentence), expected);
    return told;
}

static int defaults(void **state)
{
    (void)state;
    memset(&options, 0x55, sizeof options);
    options_defaults(&options);
    return 0;
}

#define OPTIONS_CASE(sentence, function)         \
    {                                            \
        sentence, function, defaults, NULL, NULL \
    }

/* ----------------------------------------------------------------------- defaults */

static void default_values(void **state)
{
    (void)state;
    assert_int_equal(options.hook_failed, LEVEL_WARNING);
    assert_int_equal(options.import_road, ROAD_AUTO);
    assert_false(options.import_statements);
    assert_int_equal(options.exitcode, 0);
    assert_string_equal(options.log, "");
    assert_false(options.help);
    assert_int_equal(options.address_order, LEVEL_WARNING);
    assert_int_equal(options.lock_order, LEVEL_ERROR);
    assert_int_equal(options.wait_holding, LEVEL_OFF);
    assert_true(options.lock_checks);
    assert_int_equal(options.on_violation, ON_VIOLATION_REPORT);
    assert_int_equal(options.color, COLOR_AUTO);
    assert_int_equal(options.report_size, 1024);
    assert_int_equal(options.lock_memory, 1024);
    assert_int_equal(options.long_hold_ms, 100);
}

static void defaults_are_values(void **state)
{
    (void)state;
#define OPTION(field, name, section, KIND, value, meaning) \
    assert_string_equal(set(NULL, name, value, 0), "");
#include "config/options.def"
#undef OPTION
}

/* ------------------------------------------------------------------------- values */

static void levels(void **state)
{
    (void)state;
    set(NULL, "hook-failed", "off", 0);
    assert_int_equal(options.hook_failed, LEVEL_OFF);
    set(NULL, "hook-failed", "error", 0);
    assert_int_equal(options.hook_failed, LEVEL_ERROR);
    assert_string_equal(set(NULL, "hook-failed", "maybe", -EINVAL),
                        "option 'hook-failed' is 'maybe': expected off, warning or error");
    assert_int_equal(options.hook_failed, LEVEL_ERROR);
}

static void roads(void **state)
{
    (void)state;
    set(NULL, "import-road", "inittab", 0);
    assert_int_equal(options.import_road, ROAD_INITTAB);
    set(NULL, "import-road", "audit", 0);
    assert_int_equal(options.import_road, ROAD_AUDIT);
    set(NULL, "import-road", "off", 0);
    assert_int_equal(options.import_road, ROAD_OFF);
    assert_string_equal(set(NULL, "import-road", "", -EINVAL),
                        "option 'import-road' is '': expected auto, inittab, audit or off");
    assert_int_equal(options.import_road, ROAD_OFF);
}

static void bools(void **state)
{
    static const char *const words[] = {"yes", "no", "1", "0", "on", "off", "true", "false"};

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        bool yes = i % 2 != 0;

        assert_string_equal(set(NULL, "import-statements", words[i], 0), "");
        assert_int_equal(options.import_statements, i % 2 == 0);
        assert_true(options_bool(words[i], &yes));
        assert_int_equal(yes, i % 2 == 0);
    }
    set(NULL, "import-statements", "yes", 0);
    assert_string_equal(set(NULL, "import-statements", "2", -EINVAL),
                        "option 'import-statements' is '2': expected yes or no");
    assert_true(options.import_statements);
}

static void numbers(void **state)
{
    static const char *const bad[] = {"256", "-1",  "",           "1x",  " 1",
                                      "+1",  "0x1", "9999999999", "1000"};

    (void)state;
    set(NULL, "exitcode", "255", 0);
    assert_int_equal(options.exitcode, 255);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_non_null(strstr(set(NULL, "exitcode", bad[i], -EINVAL), "a number from 0 to 255"));
    assert_int_equal(options.exitcode, 255);
    set(NULL, "exitcode", "0", 0);
    assert_int_equal(options.exitcode, 0);
}

static void ranges(void **state)
{
    (void)state;
    assert_int_equal(options.stack_depth, 32);
    set(NULL, "stack-depth", "64", 0);
    assert_int_equal(options.stack_depth, OPTION_FRAMES_MAX);
    assert_string_equal(set(NULL, "stack-depth", "0", -EINVAL),
                        "option 'stack-depth' is '0': expected a number from 1 to 64");
    set(NULL, "lock-memory", "1000000", 0);
    assert_int_equal(options.lock_memory, 1000000);
    assert_string_equal(set(NULL, "lock-memory", "1000001", -EINVAL),
                        "option 'lock-memory' is '1000001': expected a number of MiB from 0 to "
                        "1000000");
    assert_string_equal(set(NULL, "report-size", "3", -EINVAL),
                        "option 'report-size' is '3': expected a number of KiB from 4 to 1000000");
    set(NULL, "long-hold-ms", "0", 0);
    assert_int_equal(options.long_hold_ms, 0);
    set(NULL, "long-hold-ms", "4294967297", -EINVAL);
    assert_int_equal(options.long_hold_ms, 0);
}

static void words(void **state)
{
    (void)state;
    set(NULL, "on-violation", "abort", 0);
    assert_int_equal(options.on_violation, ON_VIOLATION_ABORT);
    assert_string_equal(set(NULL, "on-violation", "exit", -EINVAL),
                        "option 'on-violation' is 'exit': expected report, raise or abort");
    assert_int_equal(options.on_violation, ON_VIOLATION_ABORT);
    set(NULL, "color", "never", 0);
    assert_int_equal(options.color, COLOR_NEVER);
    set(NULL, "address-scope", "class", 0);
    assert_int_equal(options.address_scope, ADDRESS_SCOPE_CLASS);
    set(NULL, "lock-order-strength", "concurrent", 0);
    assert_int_equal(options.lock_order_strength, LOCK_ORDER_CONCURRENT);
    set(NULL, "granularity", "class", 0);
    assert_int_equal(options.granularity, GRANULARITY_CLASS);
}

static void paths(void **state)
{
    char path[OPTION_PATH_MAX + 1];

    (void)state;
    memset(path, 'x', sizeof path);
    path[OPTION_PATH_MAX] = '\0';
    assert_non_null(strstr(set(NULL, "log", path, -EINVAL), "at most 1023 bytes"));
    assert_string_equal(options.log, "");
    path[OPTION_PATH_MAX - 1] = '\0';
    assert_string_equal(set(NULL, "log", path, 0), "");
    assert_string_equal(options.log, path);
    set(NULL, "log", "", 0);
    assert_string_equal(options.log, "");
}

static void harmless_sentences(void **state)
{
    (void)state;
    assert_string_equal(set(NULL, "exitcode", "1\n2\x1b[31m\x7f", -EINVAL),
                        "option 'exitcode' is '1\\n2?[31m?': expected a number from 0 to 255");
    char value[200];
    memset(value, 'x', sizeof value);
    value[sizeof value - 1] = '\0';
    assert_non_null(strstr(set(NULL, "exitcode", value, -EINVAL), "xxx...': expected"));
    value[80] = '\0';
    assert_non_null(strstr(set(NULL, "exitcode", value, -EINVAL), "xxxx': expected"));
    assert_non_null(strstr(set(NULL, "exitcode", "a b", -EINVAL), "'a b'"));
}

/* -------------------------------------------------------------------------- names */

static void unknown_names(void **state)
{
    (void)state;
    assert_string_equal(set(NULL, "hook-faild", "off", -ENOENT),
                        "unknown option 'hook-faild' (did you mean 'hook-failed'?)");
    assert_string_equal(set(NULL, "flavour", "off", -ENOENT), "unknown option 'flavour'");
    assert_string_equal(set(NULL, "hlep", "yes", -ENOENT),
                        "unknown option 'hlep' (did you mean 'help'?)");
}

static void names_in_sections(void **state)
{
    (void)state;
    assert_string_equal(set("report", "exitcode", "3", 0), "");
    assert_int_equal(options.exitcode, 3);
    assert_string_equal(set("rules", "exitcode", "4", -ENOENT),
                        "option 'exitcode' belongs in section [report], not in [rules]");
    assert_int_equal(options.exitcode, 3);
    assert_string_equal(set("report", "exit_code", "4", -ENOENT),
                        "unknown option 'exit_code' (did you mean 'exitcode'?)");
    assert_string_equal(set("rules", "exticode", "4", -ENOENT),
                        "unknown option 'exticode' (did you mean 'exitcode' of section [report]?)");
}

static void help_in_a_file(void **state)
{
    (void)state;
    assert_string_equal(set("report", "help", "yes", -ENOENT),
                        "option 'help' is for PIHOOK_OPTIONS, not for a file");
    assert_string_equal(set("report", "hlep", "yes", -ENOENT), "unknown option 'hlep'");
    assert_false(options.help);
    assert_string_equal(set(NULL, "help", "yes", 0), "");
    assert_true(options.help);
}

static void sections(void **state)
{
    (void)state;
    assert_true(options_section_known("rules"));
    assert_true(options_section_known("report"));
    assert_false(options_section_known("rule"));
    assert_false(options_section_known(""));
    assert_string_equal(options_section_nearest("reprot"), "report");
    assert_null(options_section_nearest("hook threading"));
    assert_null(options_section_nearest(""));
}

/* ----------------------------------------------------------------- PIHOOK_OPTIONS */

static void a_list(void **state)
{
    (void)state;
    assert_string_equal(parse("hook-failed=error:exitcode=66:log=/tmp/%p.log"), "");
    assert_int_equal(options.hook_failed, LEVEL_ERROR);
    assert_int_equal(options.exitcode, 66);
    assert_string_equal(options.log, "/tmp/%p.log");
}

static void empty_entries(void **state)
{
    (void)state;
    assert_string_equal(parse(""), "");
    assert_string_equal(parse("::exitcode=1::"), "");
    assert_int_equal(options.exitcode, 1);
}

static void last_entry(void **state)
{
    (void)state;
    assert_string_equal(parse("exitcode=1:exitcode=2"), "");
    assert_int_equal(options.exitcode, 2);
    assert_string_equal(parse("log=a=b:log="), "");
    assert_string_equal(options.log, "");
    assert_string_equal(parse("log=a=b"), "");
    assert_string_equal(options.log, "a=b");
}

static void bare_names(void **state)
{
    (void)state;
    assert_string_equal(parse("help:import-statements"), "");
    assert_true(options.help);
    assert_true(options.import_statements);
    assert_string_equal(parse("log:exitcode=5"),
                        "PIHOOK_OPTIONS: option 'log' has no value: expected a file name of at "
                        "most 1023 bytes\n");
    assert_int_equal(options.exitcode, 5);
    parse("hook-failed:import-road:exitcode");
    assert_non_null(strstr(told, "'hook-failed' has no value"));
    assert_non_null(strstr(told, "'import-road' has no value"));
    assert_non_null(strstr(told, "'exitcode' has no value"));
    assert_string_equal(parse("exitcod"),
                        "PIHOOK_OPTIONS: unknown option 'exitcod' (did you mean 'exitcode'?)\n");
}

static void bad_entries(void **state)
{
    (void)state;
    assert_string_equal(
        parse("exitcode=x:hook-failed=error:import-statements=maybe:help"),
        "PIHOOK_OPTIONS: option 'exitcode' is 'x': expected a number from 0 to 255\n"
        "PIHOOK_OPTIONS: option 'import-statements' is 'maybe': expected yes or "
        "no\n");
    assert_int_equal(options.hook_failed, LEVEL_ERROR);
    assert_true(options.help);
}

static void unknown_once(void **state)
{
    (void)state;
    parse("nonsense=1:exitcode=1:nonsense=2:nonsense:other=1");
    assert_string_equal(told, "PIHOOK_OPTIONS: unknown option 'nonsense'\n"
                              "PIHOOK_OPTIONS: unknown option 'other'\n");
    assert_int_equal(options.exitcode, 1);
}

static void long_entries(void **state)
{
    char list[8192];

    (void)state;
    memset(list, 'n', 100);
    strcpy(list + 100, "=1:exitcode=9");
    assert_string_equal(parse(list),
                        "PIHOOK_OPTIONS: "
                        "'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
                        "nnnnnnnnnnnnnnnnnnn...' is too long: expected at most 63 bytes\n");
    assert_int_equal(options.exitcode, 9);
    assert_int_equal(told_count, 1);

    strcpy(list, "log=");
    memset(list + 4, 'v', 4000);
    strcpy(list + 4004, ":exitcode=8");
    assert_non_null(strstr(parse(list), "too long"));
    assert_int_equal(options.exitcode, 8);
    assert_string_equal(options.log, "");
    assert_int_equal(told_count, 1);
}

static void longest_name(void **state)
{
    char list[128] = "";

    (void)state;
    memset(list, 'n', 63);
    assert_non_null(strstr(parse(list), "unknown option 'nnn"));
    list[63] = 'n';
    assert_non_null(strstr(parse(list), "too long"));
    assert_string_equal(parse("=1"), "PIHOOK_OPTIONS: unknown option ''\n");
}

static void longest_path(void **state)
{
    char list[2048] = "log=";

    (void)state;
    memset(list + 4, 'v', OPTION_PATH_MAX - 1);
    assert_string_equal(parse(list), "");
    assert_int_equal(strlen(options.log), OPTION_PATH_MAX - 1);
}

static void floods(void **state)
{
    static char list[1 << 16];
    struct text text = text_in(list, sizeof list);

    (void)state;
    for (int i = 0; i < 1000; i++) {
        text_add(&text, "nonsense");
        text_add_int(&text, i);
        text_add(&text, "=1:");
    }
    text_add(&text, "exitcode=7");
    parse(list);
    assert_int_equal(told_count, 33);
    assert_non_null(strstr(told, "PIHOOK_OPTIONS: more entries are bad"));
    assert_int_equal(options.exitcode, 7);
}

/* --------------------------------------------------------------------------- help */

static void help_text(void **state)
{
    char buffer[16384];
    struct text text = text_in(buffer, sizeof buffer);

    (void)state;
    set(NULL, "exitcode", "66", 0);
    set(NULL, "log", "/some/file", 0);
    options_print(&options, &text);
    assert_false(text.cut);
#define OPTION(field, name, section, KIND, value, meaning) \
    assert_non_null(strstr(buffer, "\n  " name "="));      \
    assert_non_null(strstr(buffer, meaning));              \
    assert_non_null(strstr(buffer, section[0] != '\0' ? "section [" section "]" : "not in a file"));
#include "config/options.def"
#undef OPTION
    assert_non_null(strstr(buffer, "  exitcode=66\n"));
    assert_non_null(strstr(buffer, "a number from 0 to 255; default: 0"));
    assert_non_null(strstr(buffer, "  log=/some/file\n"));
    assert_non_null(strstr(buffer, "  hook-failed=warning\n"));
    assert_non_null(strstr(buffer, "  import-road=auto\n"));
    assert_non_null(strstr(buffer, "  help=no\n"));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        OPTIONS_CASE("the defaults are those of the table", default_values),
        OPTIONS_CASE("each default of the table is a value of its kind", defaults_are_values),
        OPTIONS_CASE("a level is off, warning or error", levels),
        OPTIONS_CASE("a road is auto, inittab, audit or off", roads),
        OPTIONS_CASE("a switch takes eight words", bools),
        OPTIONS_CASE("a number is from 0 to 255", numbers),
        OPTIONS_CASE("a size or depth has a range of its own", ranges),
        OPTIONS_CASE("a choice takes its words and no other", words),
        OPTIONS_CASE("a path has a limit and may be empty", paths),
        OPTIONS_CASE("a bad value can't break the line that tells it", harmless_sentences),
        OPTIONS_CASE("an unknown name is told with the nearest known one", unknown_names),
        OPTIONS_CASE("a name in the wrong section is told with the right one", names_in_sections),
        OPTIONS_CASE("help stands in no file", help_in_a_file),
        OPTIONS_CASE("sections are known by name or have a nearest one", sections),
        OPTIONS_CASE("a list sets several options", a_list),
        OPTIONS_CASE("empty entries of a list mean nothing", empty_entries),
        OPTIONS_CASE("the last entry of a name counts", last_entry),
        OPTIONS_CASE("a bare name means yes for a switch and is told for others", bare_names),
        OPTIONS_CASE("a bad entry does not keep the others from being taken", bad_entries),
        OPTIONS_CASE("an unknown name is told once", unknown_once),
        OPTIONS_CASE("an entry too long is told with the limit", long_entries),
        OPTIONS_CASE("a name may have 63 bytes", longest_name),
        OPTIONS_CASE("the longest path fits a list", longest_path),
        OPTIONS_CASE("many bad entries are told in a bounded number of lines", floods),
        OPTIONS_CASE("help shows each option with value, default, section and meaning", help_text),
    };

    return RUN_CASES(cases);
}
