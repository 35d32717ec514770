/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a configuration file.  Run by libFuzzer or by standalone.c; what must hold
 * for every input is checked with require(), which aborts.
 */
#include "config/file.h"
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOLD_MAX = 101 };

static char folder[512], path[600];

struct heard {
    unsigned lines; /* of the input */
    unsigned told[TOLD_MAX];
    unsigned count;
    unsigned hook_line;
};

static void remove_file(void)
{
    unlink(path);
    rmdir(folder);
}

static void make_folder(void)
{
    const char *temporary = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/pihook-fuzz.XXXXXX",
             temporary != NULL ? temporary : "/tmp");
    require(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/pihook.conf", folder);
    atexit(remove_file);
}

static void write_file(const uint8_t *bytes, size_t count)
{
    static int file = -1;

    if (file < 0)
        file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    require(pwrite(file, bytes, count, 0) == (ssize_t)count);
    /* Not emptied before: some file systems then write it to the disk at once. */
    require(ftruncate(file, (off_t)count) == 0);
}

static unsigned lines_in(const uint8_t *bytes, size_t count)
{
    unsigned lines = count > 0 && bytes[count - 1] != '\n';

    for (size_t i = 0; i < count; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static bool is_one_line(const char *sentence)
{
    for (; *sentence != '\0'; sentence++)
        if ((unsigned char)*sentence < ' ' || *sentence == 0x7f)
            return false;
    return true;
}

static void hear(void *context, const char *where, unsigned line, const char *sentence)
{
    struct heard *heard = context;

    require(strcmp(where, path) == 0);
    require(line >= 1 && line <= heard->lines);
    require(sentence[0] != '\0' && is_one_line(sentence));
    require(heard->count < TOLD_MAX);
    require(heard->count == 0 || heard->told[heard->count - 1] < line); /* in order, once */
    heard->told[heard->count++] = line;
}

static void take_hook(void *context, const struct hook_entry *entry)
{
    struct heard *heard = context;

    require(entry->pattern[0] != '\0' && is_one_line(entry->pattern));
    require(entry->value[0] != '\0');
    require(entry->kind <= HOOK_NATIVE);
    require(entry->kind == HOOK_WARN || entry->kind == HOOK_EXEC || is_one_line(entry->value));
    require(entry->line > heard->hook_line && entry->line <= heard->lines);
    heard->hook_line = entry->line;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static struct options options;
    struct heard heard = {.lines = lines_in(bytes, count)};
    const struct config_sink sink = {&options, take_hook, &heard, {hear, &heard}};

    if (folder[0] == '\0')
        make_folder();
    write_file(bytes, count);
    options_defaults(&options);
    require(config_read(path, false, &sink) == 0);
    require(options.exitcode >= 0 && options.exitcode <= 255);
    require(!options.help);
    return 0;
}
