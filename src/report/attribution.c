/* SPDX-License-Identifier: MIT */
/*
 * Called for each finding that goes to the findings file.  getenv(3) must not be: another thread
 * may be in setenv(3), as that of a test suite between two tests, and free what it walks over.
 */
#include "report/attribution.h"

#include "base/peek.h"
#include "base/text.h"

#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { RAW_BYTES = 512, VARIABLES_MAX = 4096, NAME_BYTES = 32, CHUNK = 32 };

/* ---------------------------------------------------------------------------- command */

static bool is_plain(const char *argument)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_@%+=:,./-";

    for (const char *at = argument; *at != '\0'; at++)
        if ((unsigned char)*at < 0x80 && strchr(PLAIN, *at) == NULL)
            return false;
    return *argument != '\0';
}

static void add_quoted(struct text *text, const char *argument)
{
    text_add(text, "'");
    for (; *argument != '\0'; argument++)
        if (*argument == '\'')
            text_add(text, "'\\''");
        else
            text_add_bytes(text, argument, 1);
    text_add(text, "'");
}

static void add_argument(struct text *text, const char *argument)
{
    if (text->length > 0)
        text_add(text, " ");
    if (is_plain(argument))
        text_add(text, argument);
    else
        add_quoted(text, argument);
}

/* Returns how many bytes there are, with a NUL behind them. */
static size_t read_command(char raw[RAW_BYTES + 1])
{
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? 0 : read(file, raw, RAW_BYTES);

    if (file >= 0)
        close(file);
    if (count < 0)
        count = 0;
    raw[count] = '\0';
    return (size_t)count;
}

static void add_command(struct text *text)
{
    char raw[RAW_BYTES + 1];
    size_t count = read_command(raw);

    for (size_t from = 0; from < count; from += strlen(raw + from) + 1)
        add_argument(text, raw + from);
    if (count == RAW_BYTES)
        text_add(text, " ...");
}

/* ------------------------------------------------------------------------------- test */

/* The innermost first: a suite may run within another one. */
static const char *const NAMES[] = {
    "PYTEST_CURRENT_TEST=", "BATS_TEST_NAME=", "TEST_TARGET=", "PIHOOK_TEST="};
enum { NAMES_COUNT = sizeof NAMES / sizeof *NAMES };

/* Copies the string, or its beginning; "" where it can't be read.  No chunk crosses a page. */
static void peek_string(uintptr_t from, char *copy, size_t size)
{
    size_t length = 0;

    memset(copy, 0, size);
    while (length + 1 < size && strnlen(copy, length) == length) {
        size_t count = CHUNK - (from + length) % CHUNK;

        if (count > size - 1 - length)
            count = size - 1 - length;
        if (!peek(from + length, copy + length, count))
            copy[0] = '\0';
        if (copy[0] == '\0')
            return;
        length += count;
    }
    copy[strnlen(copy, size - 1)] = '\0';
}

/* Which of the names, up to `best`, the variable has; `best` if none. */
static unsigned rank_of(uintptr_t variable, unsigned best)
{
    char head[NAME_BYTES];

    peek_string(variable, head, sizeof head);
    for (unsigned i = 0; i < best; i++)
        if (strncmp(head, NAMES[i], strlen(NAMES[i])) == 0)
            return i;
    return best;
}

static void find_test(char *test, size_t size)
{
    uintptr_t at = (uintptr_t)__atomic_load_n(&environ, __ATOMIC_ACQUIRE), variable;
    unsigned best = NAMES_COUNT;

    for (unsigned i = 0; at != 0 && i < VARIABLES_MAX; i++, at += sizeof variable) {
        if (!peek(at, &variable, sizeof variable) || variable == 0)
            return;
        unsigned rank = rank_of(variable, best);

        if (rank < best)
            peek_string(variable + strlen(NAMES[rank]), test, size);
        best = rank;
    }
}

void attribution_here(struct attribution *attribution)
{
    struct text command = text_in(attribution->command, sizeof attribution->command);

    add_command(&command);
    attribution->test[0] = '\0';
    find_test(attribution->test, sizeof attribution->test);
}
