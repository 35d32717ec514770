/* SPDX-License-Identifier: MIT */
/* The configuration file's grammar: what is taken, what is told and at which line. */
#include "config/file.h"

#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct options options;
static char hooks_bytes[1 << 20], told_bytes[1 << 20];
static struct text hooks, told; /* one line for each */

static void hear(void *context, const char *where, unsigned line, const char *sentence)
{
    assert_ptr_equal(context, &told);
    assert_string_equal(where, "pihook.conf");
    assert_null(strchr(sentence, '\n'));
    text_add_int(&told, line);
    text_join(&told, ": ", sentence, "\n", NULL);
}

/* "LINE PATTERN KIND(VALUE)" and the section's settings, where they are set. */
static void take_hook(void *context, const struct hook_entry *entry)
{
    static const char *const kinds[] = {"warn", "call", "exec", "native"};

    assert_ptr_equal(context, &hooks);
    assert_string_equal(entry->file, "pihook.conf");
    text_add_int(&hooks, entry->line);
    text_join(&hooks, " ", entry->pattern, " ", kinds[entry->kind], "(", entry->value, ")", NULL);
    text_join(&hooks, entry->raise ? " raise" : "", entry->optional ? " optional" : "",
              entry->reload ? " reload" : "", "\n", NULL);
}

static int read_file(bool optional)
{
    const struct config_sink sink = {&options, take_hook, &hooks, {hear, &told}};

    hooks = text_in(hooks_bytes, sizeof hooks_bytes);
    told = text_in(told_bytes, sizeof told_bytes);
    options_defaults(&options);
    return config_read("pihook.conf", optional, &sink);
}

static void take_bytes(const char *bytes, size_t count)
{
    scratch_file("pihook.conf", bytes, count, 0644);
    assert_int_equal(read_file(false), 0);
}

static void take(const char *text)
{
    take_bytes(text, strlen(text));
}

static void assert_hooks(const char *expected)
{
    assert_string_equal(hooks_bytes, expected);
}

static void assert_told(const char *expected)
{
    assert_string_equal(told_bytes, expected);
}

static void assert_nothing_told(void)
{
    assert_told("");
}

static const char NOT_UNDERSTOOD[] = ": expected 'name = value', '[section]' or a comment\n";

/* ------------------------------------------------------------------------- options */

static void takes_options(void **state)
{
    (void)state;
    take("# a comment\n"
         "; another\n"
         "\n"
         "[rules]\n"
         "hook-failed = error\n"
         "[report] ; with a comment\n"
         "exitcode=66 ; as CI has it\n"
         "log : /var/log/%p.log  \n");
    assert_nothing_told();
    assert_hooks("");
    assert_int_equal(options.hook_failed, LEVEL_ERROR);
    assert_int_equal(options.exitcode, 66);
    assert_string_equal(options.log, "/var/log/%p.log");
}

static void tells_bad_options(void **state)
{
    (void)state;
    take("[rules]\n"
         "hook-failed = maybe\n"
         "hook-faild = error\n"
         "exitcode = 3\n"
         "help = yes\n"
         "hook-failed = off\n");
    assert_told("2: option 'hook-failed' is 'maybe': expected off, warning or error\n"
                "3: unknown option 'hook-faild' (did you mean 'hook-failed'?)\n"
                "4: option 'exitcode' belongs in section [report], not in [rules]\n"
                "5: option 'help' is for PIHOOK_OPTIONS, not for a file\n");
    assert_int_equal(options.hook_failed, LEVEL_OFF);
    assert_int_equal(options.exitcode, 0);
}

static void option_on_two_lines(void **state)
{
    (void)state;
    take("[report]\n"
         "exitcode = 3\n"
         "   4\n"
         "log = x\n"
         "exitcod = 5\n"
         "   6\n");
    assert_told("3: option 'exitcode' takes one line: this one is left out\n"
                "5: unknown option 'exitcod' (did you mean 'exitcode'?)\n");
    assert_int_equal(options.exitcode, 3);
    assert_string_equal(options.log, "x");
}

static void indented_section(void **state)
{
    (void)state;
    take("[report]\n"
         "\texitcode = 3\n"
         "\tlog = x\n"
         "\t[rules]\n"
         "  hook-failed = error\n");
    assert_nothing_told();
    assert_int_equal(options.exitcode, 3);
    assert_string_equal(options.log, "x");
    assert_int_equal(options.hook_failed, LEVEL_ERROR);
}

/* ---------------------------------------------------------------------------- hooks */

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
        assert_int_equal(strncmp(told_bytes, "2: section [hook NAME] has the name '", 37), 0);
        assert_ptr_equal(strchr(told_bytes, '\n'), told_bytes + told.length - 1);
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
        assert_int_equal(strncmp(told_bytes, "2: 'call' is '", 14), 0);
        assert_non_null(strstr(told_bytes, "': expected module:function\n"));
        assert_string_equal(strchr(hooks_bytes, ' '), " a warn(1)\n");
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
        assert_int_equal(strncmp(told_bytes, "3: 'native' is '", 16), 0);
        assert_non_null(strstr(told_bytes, "': expected /absolute/path.so:symbol\n"));
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
    assert_non_null(strstr(hooks_bytes, "\n65 a warn(x) reload\n"));
    assert_null(strstr(hooks_bytes, "\n66 "));
}

/* ------------------------------------------------------------------------- sections */

static void unknown_sections(void **state)
{
    (void)state;
    take("[rulez]\n"
         "hook-failed = maybe\n"
         "nonsense = x\n"
         "    y\n"
         "[hok threading]\n"
         "warn = 1\n"
         "[Hook threading]\n"
         "[locks]\n"
         "[hookthreading]\n"
         "[]\n"
         "[report]\n"
         "exitcode = 4\n");
    assert_told("1: unknown section 'rulez' (did you mean [rules]?)\n"
                "5: unknown section 'hok threading' (did you mean [hook NAME]?)\n"
                "7: unknown section 'Hook threading' (did you mean [hook NAME]?)\n"
                "8: unknown section 'locks'\n"
                "9: unknown section 'hookthreading'\n"
                "10: unknown section ''\n");
    assert_hooks("");
    assert_int_equal(options.exitcode, 4);
}

static void before_sections(void **state)
{
    (void)state;
    take("exitcode = 4\n"
         "    more\n"
         "warn = 1\n"
         "[report]\n"
         "log = x\n");
    assert_told("1: 'exitcode' stands before the first section: expected a '[section]' above it\n"
                "3: 'warn' stands before the first section: expected a '[section]' above it\n");
    assert_int_equal(options.exitcode, 0);
    assert_string_equal(options.log, "x");
}

static void bad_heads(void **state)
{
    (void)state;
    take("[report]\n"
         "exitcode = 4\n"
         "[rules\n"
         "hook-failed = error\n"
         "exitcode = 5\n"
         "    more\n"
         "[hook a] b\n"
         "warn = 1\n"
         "[hook c ; ]\n"
         "warn = 2\n"
         "[\n"
         "[report]\n"
         "log = x\n");
    assert_told("3: expected a section's name between '[' and ']', and nothing else\n"
                "7: expected a section's name between '[' and ']', and nothing else\n"
                "9: expected a section's name between '[' and ']', and nothing else\n"
                "11: expected a section's name between '[' and ']', and nothing else\n");
    assert_hooks("");
    assert_int_equal(options.exitcode, 4);
    assert_int_equal(options.hook_failed, LEVEL_WARNING);
    assert_string_equal(options.log, "x");
}

/* ---------------------------------------------------------------------------- lines */

static void bad_lines(void **state)
{
    char expected[512];
    struct text text = text_in(expected, sizeof expected);

    (void)state;
    take("nonsense\n"
         "[hook a]\n"
         "nonsense\n"
         "warn = 1\n"
         "more nonsense\n"
         "= 2\n"
         ": 3\n"
         "warn ; = 4\n"
         "warn = 5");
    text_join(&text, "1", NOT_UNDERSTOOD, "3", NOT_UNDERSTOOD, "5", NOT_UNDERSTOOD, NULL);
    text_join(&text, "6", NOT_UNDERSTOOD, "7", NOT_UNDERSTOOD, "8", NOT_UNDERSTOOD, NULL);
    assert_told(expected);
    assert_hooks("4 a warn(1)\n9 a warn(5)\n");
}

static void last_line_bad(void **state)
{
    (void)state;
    take("[hook a]\nwarn = 1\nnonsense");
    assert_told("3: expected 'name = value', '[section]' or a comment\n");
    assert_hooks("2 a warn(1)\n");
}

static void lines_below_a_bad_one(void **state)
{
    (void)state;
    take("[hook a]\n"
         "exec = one\n"
         "nonsense\n"
         "    below it\n"
         "    [and = this]\n"
         "= 1\n"
         "    below it\n"
         "warn = 1\n"
         "    two\n");
    assert_told("3: expected 'name = value', '[section]' or a comment\n"
                "6: expected 'name = value', '[section]' or a comment\n");
    assert_hooks("2 a exec(one)\n8 a warn(1\ntwo)\n");
}

static void long_line(void **state)
{
    char file[1024] = "[hook a]\nwarn = 1\nwarn = ";
    size_t length = strlen(file);

    (void)state;
    memset(file + length, 'x', 400);
    strcpy(file + length + 400, "\n    below it\nwarn = 2\n");
    take(file);
    assert_told("3: expected at most 197 bytes in a line (a value may go on in indented lines)\n");
    assert_hooks("2 a warn(1)\n5 a warn(2)\n");
}

static void longest_line(void **state)
{
    char file[1024] = "[hook a]\n";

    (void)state;
    memset(file + 9, 'x', 197);
    memcpy(file + 9, "warn = ", 7);
    strcpy(file + 9 + 197, "\r\n");
    take(file);
    assert_nothing_told();
    assert_int_equal(hooks.length, strlen("2 a warn()\n") + 190);

    strcpy(file + 9 + 197, "x\n");
    take(file);
    assert_int_equal(strncmp(told_bytes, "2: expected at most 197 bytes", 29), 0);
    assert_hooks("");
}

static void long_comment(void **state)
{
    char file[1024] = "[hook a]\n";

    (void)state;
    memset(file + 9, '#', 600);
    strcpy(file + 609, "\nwarn = 1\n");
    take(file);
    assert_nothing_told();
    assert_hooks("3 a warn(1)\n");
}

static void bad_part_of_a_value(void **state)
{
    char file[1024] = "[hook a]\nexec = one\n  two\n  ";
    size_t length = strlen(file);

    (void)state;
    memset(file + length, 'x', 400);
    strcpy(file + length + 400, "\n  three\nwarn = 1\n");
    take(file);
    assert_told("4: expected at most 197 bytes in a line (a value may go on in indented lines)\n");
    assert_hooks("6 a warn(1)\n");
}

static void nul_bytes(void **state)
{
    static const char file[] = "[hook a]\n"
                               "warn = 1\n"
                               "warn = \0 2\n"
                               "# \0\n"
                               "\0\n"
                               "exec = x\n"
                               "    \0\n"
                               "warn = 3\n"
                               "[hook \0b]\n"
                               "warn = 4\n";

    (void)state;
    take_bytes(file, sizeof file - 1);
    assert_told("3: expected text, found a NUL byte\n"
                "4: expected text, found a NUL byte\n"
                "5: expected text, found a NUL byte\n"
                "7: expected text, found a NUL byte\n"
                "9: expected text, found a NUL byte\n");
    assert_hooks("2 a warn(1)\n8 a warn(3)\n");
}

static void windows_lines(void **state)
{
    (void)state;
    take("[hook a]\r\n"
         "exec = one\r\n"
         "  two\r\n"
         "\r\n"
         "nonsense\r\n"
         "[report]\r\n"
         "log = x\r\n");
    assert_told("5: expected 'name = value', '[section]' or a comment\n");
    assert_hooks("2 a exec(one\ntwo)\n");
    assert_string_equal(options.log, "x");
}

static void byte_order_mark(void **state)
{
    (void)state;
    take("\xef\xbb\xbf[report]\nlog = x\n");
    assert_nothing_told();
    assert_string_equal(options.log, "x");
    take("\xef\xbb\xbflog = x\n");
    assert_told("1: 'log' stands before the first section: expected a '[section]' above it\n");
}

static void many_bad_lines(void **state)
{
    static char file[1 << 14];
    struct text text = text_in(file, sizeof file);

    (void)state;
    for (int i = 0; i < 150; i++)
        text_add(&text, "nonsense\n");
    text_add(&text, "[report]\nlog = x\n");
    take(file);
    assert_non_null(strstr(told_bytes, "\n100: expected"));
    assert_non_null(
        strstr(told_bytes, "\n101: this line and more are bad: so many are not told one by one\n"));
    assert_null(strstr(told_bytes, "\n102: "));
    assert_string_equal(options.log, "x");
}

static void order_of_lines(void **state)
{
    (void)state;
    take("[hook a]\n"
         "reload = perhaps\n"
         "[hook b]\n"
         "call = bad\n"
         "nonsense\n"
         "native = bad\n"
         "[hook c\n");
    assert_told("1: this section does nothing: expected warn, call, exec or native in it\n"
                "2: 'reload' is 'perhaps': expected yes or no\n"
                "4: 'call' is 'bad': expected module:function\n"
                "5: expected 'name = value', '[section]' or a comment\n"
                "6: 'native' is 'bad': expected /absolute/path.so:symbol\n"
                "7: expected a section's name between '[' and ']', and nothing else\n");
}

/* ----------------------------------------------------------------------------- file */

static void odd_files(void **state)
{
    (void)state;
    take("");
    assert_nothing_told();
    take("\n\n   \n");
    assert_nothing_told();
    take("\xef\xbb\xbf");
    assert_nothing_told();
}

static void missing_files(void **state)
{
    (void)state;
    assert_int_equal(read_file(true), -ENOENT);
    assert_nothing_told();
    assert_int_equal(read_file(false), -ENOENT);
    assert_told("0: not read: no such file or folder\n");
}

static void untrusted_files(void **state)
{
    (void)state;
    scratch_file("pihook.conf", "[hook a]\nwarn = 1\n", 18, 0666);
    assert_int_equal(read_file(true), -EPERM);
    assert_hooks("");
    assert_int_equal(strncmp(told_bytes, "0: not read: others than its owner", 34), 0);
    assert_ptr_equal(strchr(told_bytes, '\n'), told_bytes + told.length - 1);
}

static void folders(void **state)
{
    (void)state;
    assert_int_equal(mkdir("pihook.conf", 0755), 0);
    assert_int_equal(read_file(true), -EINVAL);
    assert_told("0: not read: expected a regular file\n");
}

static void huge_files(void **state)
{
    static const char line[] = "warn = 0123456789\n";
    size_t count = (1 << 20) / (sizeof line - 1) + 10;
    char *file = malloc(count * (sizeof line - 1) + 16);
    struct text text = text_in(file, count * (sizeof line - 1) + 16);

    (void)state;
    text_add(&text, "[report]\nlog=x\n");
    for (size_t i = 0; i < count; i++)
        text_add(&text, i % 2 == 0 ? "# 23456789 123456\n" : "                 \n");
    take_bytes(file, text.length);
    assert_string_equal(options.log, "x");
    size_t kept = ((1 << 20) - 15) / (sizeof line - 1) + 2;
    char expected[128];
    struct text sentence = text_in(expected, sizeof expected);
    text_add_int(&sentence, (int64_t)kept + 1);
    text_add(&sentence, ": the file is left out from here on: expected at most 1 MiB\n");
    assert_told(expected);
    free(file);
}

static void largest_value(void **state)
{
    size_t size = 1 << 20;
    char *file = malloc(size + 1);
    struct text text = text_in(file, size + 1);

    (void)state;
    text_add(&text, "[hook a]\nexec=\n");
    while (text.length + 2 < size)
        text_add(&text, " x\n");
    take_bytes(file, text.length);
    assert_nothing_told();
    assert_true(hooks.length > size / 3 * 2 - 64);
    free(file);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("options are taken from their sections", takes_options),
        CASE_IN_FOLDER("a bad option is told and keeps its value", tells_bad_options),
        CASE_IN_FOLDER("an option does not go on over several lines", option_on_two_lines),
        CASE_IN_FOLDER("a section may be indented as a whole", indented_section),
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
        CASE_IN_FOLDER("a bad call is told and dropped", bad_calls),
        CASE_IN_FOLDER("a bad native action is told and dropped", bad_natives),
        CASE_IN_FOLDER("a bad setting is told and the actions are kept", bad_settings),
        CASE_IN_FOLDER("an unknown key is told with the nearest known one", unknown_keys),
        CASE_IN_FOLDER("an action without a value is told", empty_actions),
        CASE_IN_FOLDER("a hook without an action is told", no_actions),
        CASE_IN_FOLDER("more actions than a section takes are told", many_actions),
        CASE_IN_FOLDER("an unknown section is told with the nearest known one", unknown_sections),
        CASE_IN_FOLDER("keys before any section are told", before_sections),
        CASE_IN_FOLDER("a section's head that can't be read hides its keys", bad_heads),
        CASE_IN_FOLDER("each line that is none is told once", bad_lines),
        CASE_IN_FOLDER("a bad last line without a newline is told", last_line_bad),
        CASE_IN_FOLDER("lines indented below a bad one are left out with it",
                       lines_below_a_bad_one),
        CASE_IN_FOLDER("a line too long is told with the limit", long_line),
        CASE_IN_FOLDER("the longest line is taken whole", longest_line),
        CASE_IN_FOLDER("a comment may have any length", long_comment),
        CASE_IN_FOLDER("an action with a bad part is not handed out", bad_part_of_a_value),
        CASE_IN_FOLDER("a NUL byte is told and its line left out", nul_bytes),
        CASE_IN_FOLDER("Windows line ends are line ends", windows_lines),
        CASE_IN_FOLDER("a byte order mark is skipped", byte_order_mark),
        CASE_IN_FOLDER("many bad lines are told in a bounded number", many_bad_lines),
        CASE_IN_FOLDER("what is wrong is told in the order of lines", order_of_lines),
        CASE_IN_FOLDER("an empty file has nothing wrong", odd_files),
        CASE_IN_FOLDER("a missing file is told unless it is optional", missing_files),
        CASE_IN_FOLDER("an untrusted file is told and gives no hook", untrusted_files),
        CASE_IN_FOLDER("a folder is told", folders),
        CASE_IN_FOLDER("a file beyond a mebibyte is told where it is cut", huge_files),
        CASE_IN_FOLDER("a value may fill the largest file", largest_value),
    };

    return RUN_CASES(cases);
}
