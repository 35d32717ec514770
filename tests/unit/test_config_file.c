/* SPDX-License-Identifier: MIT */
/* The configuration file: whether it is read, its sections and options. */
#include "config_reading.h"
#include "scratch.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* -------------------------------------------------------------------------------- file */

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
    assert_int_equal(strncmp(told.bytes, "0: not read: others than its owner", 34), 0);
    assert_ptr_equal(strchr(told.bytes, '\n'), told.bytes + told.length - 1);
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

static void largest_file(void **state)
{
    size_t size = 1 << 20;
    char *file = malloc(size);

    (void)state;
    memset(file, '\n', size);
    memcpy(file + size - 14, "[report]\nlog=x", 14);
    take_bytes(file, size);
    assert_nothing_told();
    assert_string_equal(options.log, "x");
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

/* ---------------------------------------------------------------------------- sections */

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
         "[weather]\n"
         "[hookthreading]\n"
         "[]\n"
         "[report]\n"
         "exitcode = 4\n");
    assert_told("1: unknown section 'rulez' (did you mean [rules]?)\n"
                "5: unknown section 'hok threading' (did you mean [hook NAME]?)\n"
                "7: unknown section 'Hook threading' (did you mean [hook NAME]?)\n"
                "8: unknown section 'weather'\n"
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

/* ----------------------------------------------------------------------------- options */

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

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("options are taken from their sections", takes_options),
        CASE_IN_FOLDER("a bad option is told and keeps its value", tells_bad_options),
        CASE_IN_FOLDER("an option does not go on over several lines", option_on_two_lines),
        CASE_IN_FOLDER("a section may be indented as a whole", indented_section),
        CASE_IN_FOLDER("an unknown section is told with the nearest known one", unknown_sections),
        CASE_IN_FOLDER("keys before any section are told", before_sections),
        CASE_IN_FOLDER("a section's head that can't be read hides its keys", bad_heads),
        CASE_IN_FOLDER("an empty file has nothing wrong", odd_files),
        CASE_IN_FOLDER("a missing file is told unless it is optional", missing_files),
        CASE_IN_FOLDER("an untrusted file is told and gives no hook", untrusted_files),
        CASE_IN_FOLDER("a folder is told", folders),
        CASE_IN_FOLDER("a file beyond a mebibyte is told where it is cut", huge_files),
        CASE_IN_FOLDER("a file of a mebibyte is read whole", largest_file),
        CASE_IN_FOLDER("a value may fill the largest file", largest_value),
    };

    return RUN_CASES(cases);
}
