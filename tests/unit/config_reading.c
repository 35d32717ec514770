/* SPDX-License-Identifier: MIT */
/* Reads a configuration file and keeps what was told and handed out as text. */
#include "config_reading.h"

#include "scratch.h"
#include "unit.h"

#include <string.h>

struct options options;
struct text hooks, told;

static char hooks_bytes[1 << 20], told_bytes[1 << 20];

static void hear(void *context, const char *where, unsigned line, const char *sentence)
{
    assert_ptr_equal(context, &told);
    assert_string_equal(where, "pihook.conf");
    assert_null(strchr(sentence, '\n'));
    text_add_int(&told, line);
    text_join(&told, ": ", sentence, "\n", NULL);
}

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

int read_file(bool optional)
{
    const struct config_sink sink = {&options, take_hook, &hooks, {hear, &told}};

    hooks = text_in(hooks_bytes, sizeof hooks_bytes);
    told = text_in(told_bytes, sizeof told_bytes);
    options_defaults(&options);
    return config_read("pihook.conf", optional, &sink);
}

void take_bytes(const char *bytes, size_t count)
{
    scratch_file("pihook.conf", bytes, count, 0644);
    assert_int_equal(read_file(false), 0);
}

void take(const char *text)
{
    take_bytes(text, strlen(text));
}

void assert_hooks(const char *expected)
{
    assert_string_equal(hooks_bytes, expected);
}

void assert_told(const char *expected)
{
    assert_string_equal(told_bytes, expected);
}

void assert_nothing_told(void)
{
    assert_told("");
}
